"""Forms of the editor: one touchpoint, one persona, the map itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from zhiyin.console.numbers import Language
from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.drivers.needs import NEEDS
from zhiyin.insight.journeys.document import Facts, Owner, Persona, Touchpoint, Traits
from zhiyin.insight.journeys.editing import MAX_NAME, clean_name
from zhiyin.insight.journeys.wording import EMOTIONS
from zhiyin.insight.queries.choices import Choice
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording
from zhiyin.people.models import Account
from zhiyin.understand.contract import EMOTIONS as FELT
from zhiyin.understand.contract import INTENTS, SIGNALS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Choices = Mapping[str, Sequence[Choice]]
_LONGEST = 2000
_HOURS = re.compile(r"^\s*(\d{1,2})(?:\s*[-–—至到]\s*(\d{1,2}))?\s*$")
_BETWEEN = re.compile(r"[,，、;；\n]+")
_TEXTS = ("time", "scene", "does", "thinks", "says", "front_stage", "back_stage", "evidence")


def _line(label: StrPromise, **more: object) -> forms.CharField:
    return forms.CharField(label=label, label_suffix="", **{"max_length": MAX_NAME, **more})  # type: ignore[arg-type]


def _text(label: StrPromise, *, rows: int = 2, help_text: StrPromise | str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, label_suffix="", required=False, max_length=_LONGEST, widget=widget, help_text=help_text
    )


def _many(label: StrPromise, *, help_text: StrPromise | str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        label_suffix="",
        required=False,
        help_text=help_text,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )


class HoursField(forms.CharField):
    """Hours as people write them, such as 11-14, 18; each means the whole hour."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Hours"),
            label_suffix="",
            required=False,
            max_length=100,
            help_text=_("Such as 11-13, 18: from 11:00 to 13:59, and from 18:00 to 18:59."),
        )

    def clean(self, value: object) -> tuple[int, ...]:
        """The hours, 0 to 23, in order."""
        text = super().clean(value)
        found: set[int] = set()
        for part in filter(str.strip, _BETWEEN.split(text)):
            match = _HOURS.match(part)
            first = int(match[1]) if match else 99
            last = int(match[2] or first) if match else 99
            if not 0 <= first <= last <= 23:
                raise forms.ValidationError(_("Write hours from 0 to 23, such as 11-13, 18."))
            found |= set(range(first, last + 1))
        return tuple(sorted(found))


def write_hours(hours: Iterable[int]) -> str:
    """Hours as the form shows them: runs as 11-13."""
    runs: list[list[int]] = []
    for hour in sorted(hours):
        if runs and hour == runs[-1][1] + 1:
            runs[-1][1] = hour
        else:
            runs.append([hour, hour])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


class MapForm(forms.Form):
    """Name and description of the map."""

    name = _line(_("Name"))
    description = _text(_("Description"))


class TouchpointForm(forms.Form):
    """Everything that the map says of a touchpoint; empty `touchpoint` fields mean: not a condition."""

    name = _line(_("Name"))
    touchpoints = _many(_("Touchpoint"))
    channels = _many(_("Channel"))
    aspects = _many(_("Aspect"), help_text=_("An aspect stands for all below it."))
    products = _many(_("Product"))
    hours = HoursField()
    does = _text(_("Customer does"))
    thinks = _text(_("Customer thinks"))
    says = _text(_("Customer says"))
    front_stage = _text(_("Staff do (front stage)"))
    back_stage = _text(_("Systems do (back stage)"))
    wanted_emotion = forms.ChoiceField(label=_("Wanted emotion (the designed curve)"), required=False)
    through = _many(_("Media"))
    owner_name = _line(_("Owner, in words"), required=False)
    owner_account = forms.ChoiceField(label=_("Owner, an account"), required=False)
    time = _text(_("Time"), rows=1)
    scene = _text(_("Scene"), rows=1)
    evidence = _text(_("Evidence"))

    def __init__(
        self,
        *args: object,
        touchpoint: Touchpoint,
        choices: Choices,
        tree: AspectTree,
        language: Language,
        **more: object,
    ) -> None:
        super().__init__(*args, initial=_initial(touchpoint), **more)  # type: ignore[arg-type, misc]
        self.touchpoint = touchpoint
        facts = touchpoint.facts
        channels = channel_names(language)
        name = wording(language).name
        _offer(self, "touchpoints", _values(choices, "touchpoint"), chosen=facts.touchpoints, name=name)
        _offer(self, "channels", channels, chosen=facts.channels, name=lambda one: channels.get(one, one))
        _offer(self, "products", _values(choices, "product"), chosen=facts.products, name=str)
        _offer_aspects(self, tree, chosen=facts.aspects)
        _offer(self, "through", channels, chosen=touchpoint.media, name=lambda one: channels.get(one, one))
        _choose(self, "wanted_emotion", [("", "–"), *((str(key), word) for key, word in EMOTIONS.items())])
        names = Account.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)
        accounts = list(dict.fromkeys([*names[:200], touchpoint.owner.account]))
        _choose(self, "owner_account", [("", "–"), *((one, one) for one in accounts if one)])

    def changed(self) -> Touchpoint:
        """The touchpoint as the valid form says."""
        data = self.cleaned_data
        emotion = data["wanted_emotion"]
        return replace(
            self.touchpoint,
            name=clean_name(data["name"]),
            facts=Facts(
                **{name: tuple(data[name]) for name in ("touchpoints", "channels", "products", "aspects")},
                hours=data["hours"],
            ),
            media=tuple(data["through"]),
            owner=Owner(account=data["owner_account"], name=data["owner_name"]),
            wanted_emotion=float(emotion) if emotion else None,
            **{name: data[name] for name in _TEXTS},
        )


class PersonaForm(forms.Form):
    """A kind of customer, and which voices are theirs."""

    name = _line(_("Name"))
    description = _text(_("Description"))
    channels = _many(_("Channel"))
    products = _many(_("Product"))
    aspects = _many(_("Aspect"), help_text=_("An aspect stands for all below it."))
    needs_unmet = _many(_("Unmet need"))
    needs_met = _many(_("Need met"))
    emotions = _many(_("Emotion"))
    intents = _many(_("Intent"))
    signals = _many(_("Signal"))
    stars = _many(_("Stars"))
    hours = HoursField()

    def __init__(
        self,
        *args: object,
        persona: Persona,
        choices: Choices,
        tree: AspectTree,
        language: Language,
        **more: object,
    ) -> None:
        traits = persona.traits
        initial = {
            **{field: getattr(traits, field) for field in traits.__struct_fields__},
            "name": persona.name,
            "description": persona.description,
            "hours": write_hours(traits.hours),
        }
        super().__init__(*args, initial=initial, **more)  # type: ignore[arg-type, misc]
        self.persona = persona
        channels, name = channel_names(language), wording(language).name
        _offer(self, "channels", channels, chosen=traits.channels, name=lambda one: channels.get(one, one))
        _offer(self, "products", _values(choices, "product"), chosen=traits.products, name=str)
        _offer_aspects(self, tree, chosen=traits.aspects)
        _offer(self, "needs_unmet", NEEDS, chosen=traits.needs_unmet, name=name)
        _offer(self, "needs_met", NEEDS, chosen=traits.needs_met, name=name)
        _offer(self, "emotions", FELT, chosen=traits.emotions, name=name)
        _offer(self, "intents", INTENTS, chosen=traits.intents, name=name)
        _offer(self, "signals", SIGNALS, chosen=traits.signals, name=name)
        _choose(self, "stars", [(str(n), str(n)) for n in range(5, 0, -1)])

    def changed(self) -> Persona:
        """The persona as the valid form says."""
        data = self.cleaned_data
        lists = {
            name: tuple(data[name])
            for name in (
                *("channels", "products", "aspects", "intents", "emotions"),
                *("needs_unmet", "needs_met", "signals"),
            )
        }
        return replace(
            self.persona,
            name=clean_name(data["name"]),
            description=data["description"],
            traits=Traits(**lists, stars=tuple(int(one) for one in data["stars"]), hours=data["hours"]),
        )


def _initial(touchpoint: Touchpoint) -> dict[str, object]:
    facts, emotion = touchpoint.facts, touchpoint.wanted_emotion
    return {
        **{name: getattr(touchpoint, name) for name in ("name", *_TEXTS)},
        "through": touchpoint.media,
        **{name: getattr(facts, name) for name in ("touchpoints", "channels", "products", "aspects")},
        "hours": write_hours(facts.hours),
        "owner_name": touchpoint.owner.name,
        "owner_account": touchpoint.owner.account,
        "wanted_emotion": "" if emotion is None else str(round(2 * emotion) / 2),
    }


def _values(choices: Choices, name: str) -> list[str]:
    return [one.value for one in choices.get(name, ())]


def _offer(
    form: forms.Form,
    field: str,
    values: Iterable[str],
    *,
    chosen: Iterable[str],
    name: Callable[[str], str],
) -> None:
    """Offers the values, what is chosen already among them."""
    known = list(dict.fromkeys([*values, *chosen]))
    _choose(form, field, [(one, name(one)) for one in known])


def _offer_aspects(form: forms.Form, tree: AspectTree, *, chosen: Iterable[str]) -> None:
    nodes = {one.id: "\u2003" * (one.level - 1) + one.name for one in tree.nodes.values()}
    _choose(form, "aspects", [*nodes.items(), *((one, one) for one in chosen if one not in nodes)])


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, object]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.label_suffix = ""
    field.choices = [(code, str(label)) for code, label in choices]
