"""What people type about a rung."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.people.forms.fields import UnitField
from zhiyin.people.scope import Scope
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.words import KIND_NAMES
from zhiyin.respond.ladders.kinds import Deed, Whom
from zhiyin.respond.ladders.services import MOST_MINUTES, RungWords
from zhiyin.respond.ladders.words import DEED_NAMES, WHOM_NAMES

_SIDES = [("after", _("after it was due")), ("before", _("before it is due"))]


class RungForm(forms.Form):
    """One rung."""

    kind = forms.ChoiceField(
        label=_("For which clock"),
        required=False,
        choices=[("", _("any clock")), *((one.value, name) for one, name in KIND_NAMES.items())],
    )
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=0, max_value=MOST_MINUTES)
    side = forms.ChoiceField(label=_("Before or after"), choices=_SIDES)
    whom = forms.ChoiceField(label=_("Who"), choices=[(one.value, name) for one, name in WHOM_NAMES.items()])
    deed = forms.ChoiceField(
        label=_("What becomes of it"), choices=[(one.value, name) for one, name in DEED_NAMES.items()]
    )
    in_hours = forms.BooleanField(
        label=_("Waits until the unit works"),
        required=False,
        help_text=_("By the working calendar of the case’s unit: nothing climbs at night."),
    )
    unit = UnitField(
        label=_("Only for this unit"),
        required=False,
        help_text=_("And all below it. A unit’s own ladder holds instead of that of the company."),
    )
    destination = forms.TypedChoiceField(
        label=_("Tell this destination too"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: object, scope: Scope, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.label_suffix = ""
        choices = [(str(one.id), one.name) for one in list_destinations(scope=scope) if one.is_on]
        field = self.fields["destination"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("nobody")), *choices]

    def words(self) -> RungWords:
        """What was typed."""
        typed = self.cleaned_data
        return RungWords(
            minutes=-typed["minutes"] if typed["side"] == "before" else typed["minutes"],
            whom=Whom(typed["whom"]),
            deed=Deed(typed["deed"]),
            kind=ClockKind(typed["kind"]) if typed["kind"] else None,
            unit_id=typed["unit"].pk if typed["unit"] else None,
            in_hours=typed["in_hours"],
            destination=typed["destination"],
        )
