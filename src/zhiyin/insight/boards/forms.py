"""The forms of a board and of a tile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.boards.services import MAX_DESCRIPTION, MAX_NAME, PERIODS, WantedBoard, readers
from zhiyin.insight.boards.tiles import FILTERS, MAX_ROWS, MAX_TITLE, Tile
from zhiyin.insight.boards.wording import ONLY_NAMES, ORDER_NAMES, SHAPE_NAMES, SHARING_NAMES, SIZE_NAMES
from zhiyin.insight.measures.choices import DIMENSION_NAMES
from zhiyin.insight.measures.contract import list_measures
from zhiyin.insight.models import Board
from zhiyin.insight.periods import NAMES
from zhiyin.people.forms.fields import UnitField, give_scope
from zhiyin.people.role_words import role_name
from zhiyin.people.scope import Scope

Choices = Sequence[tuple[str, str]]


def _measures() -> list[tuple[str, object]]:
    """The catalogue in its groups."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in list_measures():
        groups.setdefault(one.group_name, []).append((one.code, one.name))
    return [("", "–"), *groups.items()]


class BoardForm(forms.Form):
    """Name, period, unit, and who sees it."""

    name = forms.CharField(
        label=_("Name"),
        label_suffix="",
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("What it is for"), label_suffix="", required=False, max_length=MAX_DESCRIPTION
    )
    period = forms.ChoiceField(
        label=_("Period"), label_suffix="", choices=lambda: [(code, NAMES[code]) for code in PERIODS]
    )
    unit = UnitField(
        label=_("Whose voices"),
        required=False,
        help_text=_("With all below it. Empty: all units that the reader sees."),
    )
    sharing = forms.ChoiceField(
        label=_("Who sees it"),
        label_suffix="",
        choices=lambda: list(SHARING_NAMES.items()),
        initial="own",
        widget=forms.RadioSelect,
        help_text=_("Everybody sees the figures of the own units alone."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        label_suffix="",
        required=False,
        choices=lambda: [(role, role_name(role)) for role in readers()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: object = None, *, scope: Scope, stored: Board | None = None) -> None:
        initial = _initial(stored) if stored else {"period": "30d"}
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        give_scope(self, scope)

    def wanted(self) -> WantedBoard:
        """What was set, after `is_valid`."""
        given = self.cleaned_data
        return WantedBoard(
            name=given["name"],
            description=given["description"],
            period=given["period"],
            unit=given["unit"],
            sharing=given["sharing"],
            roles=given["roles"],
        )


def _initial(stored: Board) -> dict[str, object]:
    names = ("name", "description", "period", "sharing", "roles")
    given: dict[str, object] = {name: getattr(stored, name) for name in names}
    given["unit"] = f"{stored.unit.name} · {stored.unit.code}" if stored.unit else ""
    return given


class TileForm(forms.Form):
    """A measure, its shape, and what narrows it."""

    shape = forms.ChoiceField(
        label=_("Shape"),
        label_suffix="",
        choices=lambda: list(SHAPE_NAMES.items()),
        initial="figure",
        widget=forms.RadioSelect,
    )
    measure = forms.ChoiceField(
        label=_("Measure"),
        label_suffix="",
        required=False,
        choices=_measures,
        help_text=_("A list of voices needs none."),
    )
    by = forms.ChoiceField(
        label=_("By"),
        label_suffix="",
        required=False,
        choices=lambda: [("", "–"), *((one.value, name) for one, name in DIMENSION_NAMES.items())],
        help_text=_("Rankings need it; a table without it goes through time."),
    )
    order = forms.ChoiceField(
        label=_("Order of a ranking or table"),
        label_suffix="",
        choices=lambda: list(ORDER_NAMES.items()),
        initial="high",
    )
    limit = forms.IntegerField(
        label=_("Rows at most"), label_suffix="", min_value=1, max_value=MAX_ROWS, initial=8
    )
    only = forms.ChoiceField(
        label=_("Which voices a list shows"),
        label_suffix="",
        required=False,
        choices=lambda: list(ONLY_NAMES.items()),
    )
    size = forms.ChoiceField(
        label=_("Size"),
        label_suffix="",
        choices=lambda: list(SIZE_NAMES.items()),
        initial="s",
        help_text=_("On a phone every tile takes the whole width."),
    )
    title = forms.CharField(
        label=_("Title"),
        label_suffix="",
        required=False,
        max_length=MAX_TITLE,
        help_text=_("Empty: the name of the measure."),
    )
    channel = forms.ChoiceField(label=_("Only this channel"), label_suffix="", required=False)
    product = forms.ChoiceField(label=_("Only this product"), label_suffix="", required=False)
    aspect = forms.ChoiceField(label=_("Only this aspect"), label_suffix="", required=False)
    touchpoint = forms.ChoiceField(label=_("Only this touchpoint"), label_suffix="", required=False)

    def __init__(
        self, data: object = None, *, choices: Mapping[str, Choices], stored: Tile | None = None
    ) -> None:
        initial = {name: getattr(stored, name) for name in Tile.__struct_fields__} if stored else None
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        for name in FILTERS:
            known = list(choices.get(name, ()))
            chosen = getattr(stored, name) if stored else ""
            if chosen and chosen not in dict(known):
                known.append((chosen, chosen))
            self.fields[name].choices = [("", _("All")), *known]  # type: ignore[attr-defined]

    def wanted(self, *, id: str) -> Tile:
        """The tile as set, after `is_valid`."""
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return msgspec.convert({"id": id, **given}, Tile)
