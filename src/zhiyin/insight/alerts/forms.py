"""The form of a rule: only the fields of its kind."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.console.numbers import Language
from zhiyin.insight.alerts.managing import WantedRule
from zhiyin.insight.alerts.measures import TOTALS, read_measure
from zhiyin.insight.alerts.narrowing import name_of, segment_choices
from zhiyin.insight.alerts.rules import RuleOptions, read_options
from zhiyin.insight.alerts.saying import name_measure
from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.insight.models import AlertRule
from zhiyin.insight.naming import aspect_names
from zhiyin.listen.queries import list_channels
from zhiyin.people.queries.units import list_units
from zhiyin.people.scope import NOTHING, Scope

KINDS = {
    "low_stars": _("Low stars"),
    "risk_words": _("Risk words"),
    "urgent": _("Urgency"),
    "waited": _("Long wait"),
    "threshold": _("So many voices"),
    "change": _("Change against before"),
    "absence": _("Silence"),
    "anomaly": _("Unusual rise or fall"),
}
_WHOSE = ("channel", "segment")
_FIELDS = {
    "anomaly": ("n_false_a_week",),
    "low_stars": ("stars", *_WHOSE),
    "urgent": ("urgency", *_WHOSE),
    "waited": ("minutes", *_WHOSE),
    "risk_words": ("words", *_WHOSE),
    "threshold": ("measure", "n", "hours", *_WHOSE),
    "change": ("measure", "percent", "n", "hours", *_WHOSE),
    "absence": ("hours", "n", *_WHOSE),
}
_OPTIONAL = ("measure", "n", "hours", "percent", "stars", "urgency", "minutes", "words", "n_false_a_week")
LEVELS = {0: _("Only on the page"), 1: _("Notice"), 2: _("Today"), 3: _("Now, at any hour")}


class RuleForm(forms.Form):
    """A rule of one kind."""

    name = forms.CharField(label=_("Name of the rule"), max_length=80)
    stars = forms.FloatField(label=_("So many stars or fewer"), min_value=1, max_value=5)
    urgency = forms.IntegerField(label=_("Urgency from"), min_value=1, max_value=3)
    minutes = forms.FloatField(label=_("Minutes waited, at least"), min_value=1, max_value=1440)
    words = forms.CharField(
        label=_("Words, one a line"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000
    )
    measure = forms.ChoiceField(label=_("What is counted"))
    percent = forms.FloatField(
        label=_("Change in per cent"),
        min_value=-95,
        max_value=10_000,
        help_text=_("50: half as many more; −30: a third fewer."),
    )
    n = forms.IntegerField(label=_("So many voices, at least"), min_value=1, max_value=1_000_000)
    hours = forms.IntegerField(label=_("In so many hours"), min_value=1, max_value=168)
    n_false_a_week = forms.FloatField(
        label=_("False alarms allowed a week"),
        min_value=0.05,
        max_value=20,
        help_text=_("Over all units and subjects together."),
    )
    channel = forms.ChoiceField(label=_("Only in this channel"), required=False)
    segment = forms.ChoiceField(
        label=_("Only what customers of this segment say"),
        required=False,
        help_text=_("Who is in it is looked up each time the rule is judged."),
    )
    unit = forms.ChoiceField(label=_("For which unit"), required=False)
    level = forms.TypedChoiceField(label=_("How loud"), coerce=int, choices=list(LEVELS.items()))
    cool_down_minutes = forms.IntegerField(
        label=_("Minutes of rest after an alert"), min_value=0, max_value=43_200
    )
    destinations = forms.TypedMultipleChoiceField(
        label=_("Who is told"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: object,
        kind: str,
        scope: Scope,
        language: Language,
        customers: Scope = NOTHING,
        **more: object,
    ) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.kind = kind
        for name in (*_OPTIONAL, *_WHOSE):
            if name not in _FIELDS[kind]:
                del self.fields[name]
        self._choose("measure", _measures(language))
        channels = [(one.code, one.name_zh if language == "zh" else one.name_en) for one in list_channels()]
        self._choose("channel", [("", _("All channels")), *channels])
        self._choose_segment(customers, language=language)
        units = [(str(one.pk), one.name) for one in list_units(scope=scope)]
        whole: list[tuple[object, object]] = [("", _("The whole company"))] if scope.unit_ids is None else []
        self._choose("unit", [*whole, *units])
        known = [(one.id, one.name) for one in list_destinations(scope=scope)]
        self._choose("destinations", known)
        if not known:
            self.fields["destinations"].help_text = _(
                "No destination yet: alerts stand on their page alone. Add one under Settings › Destinations."
            )

    def _choose(self, name: str, choices: Sequence[tuple[object, object]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(code), str(label)) for code, label in choices]

    def _choose_segment(self, customers: Scope, *, language: Language) -> None:
        """Those that the asker may use, and the one that stands there whoever chose it."""
        kept, choices = str(self.initial.get("segment") or ""), segment_choices(customers)
        if kept and kept not in dict(choices):
            choices.append((kept, name_of(kept, language=language)))
        if choices:
            self._choose("segment", [("", _("All customers")), *choices])
        else:
            self.fields.pop("segment", None)

    def wanted(self) -> WantedRule:
        """What the valid form says."""
        data = self.cleaned_data
        options = {name: data[name] for name in (*_OPTIONAL, *_WHOSE) if name in data and name != "words"}
        words = tuple(line.strip() for line in data.get("words", "").splitlines() if line.strip())
        if self.kind == "absence":
            options["measure"] = "voices"
        return WantedRule(
            name=data["name"],
            kind=self.kind,
            options=RuleOptions(**options, words=words),
            unit_id=int(data["unit"]) if data["unit"] else None,
            level=data["level"],
            cool_down_minutes=data["cool_down_minutes"],
            destination_ids=tuple(data["destinations"]),
        )


def initial_of(rule: AlertRule) -> dict[str, object]:
    """What the form shows of a rule."""
    options = read_options(rule)
    return {
        **{name: getattr(options, name) for name in _OPTIONAL if name != "words"},
        "words": "\n".join(options.words),
        "channel": options.channel,
        "segment": options.segment,
        "name": rule.name,
        "unit": "" if rule.unit_id is None else str(rule.unit_id),
        "level": rule.level,
        "cool_down_minutes": rule.cool_down_minutes,
        "destinations": list(rule.destinations.values_list("pk", flat=True)) if rule.pk else [],
    }


def _measures(language: Language) -> list[tuple[str, str]]:
    totals = [(code, name_measure(read_measure(code), language=language)) for code in TOTALS]
    aspects = [
        (
            f"aspect:{polarity}:{aspect}",
            name_measure(read_measure(f"aspect:{polarity}:{aspect}"), language=language),
        )
        for aspect in aspect_names(language)
        for polarity in ("negative", "positive")
    ]
    return [*totals, *aspects]
