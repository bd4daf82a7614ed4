"""What people type on the page of clocks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.people.forms.fields import UnitField
from zhiyin.people.scope import Scope
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.clocks.services import RuleWords
from zhiyin.respond.clocks.words import KIND_NAMES, UNIT_NAMES, URGENCY_NAMES
from zhiyin.respond.models import ClockRule


class RuleForm(forms.Form):
    """One version of a rule."""

    name = forms.CharField(label=_("Name of the rule"), max_length=80)
    kind = forms.ChoiceField(
        label=_("What has to happen"),
        # A call is promised for a time of its own; no rule says how long it may take.
        choices=[(one.value, name) for one, name in KIND_NAMES.items() if one is not ClockKind.CALL_BACK],
    )
    amount = forms.IntegerField(label=_("Time"), min_value=1)
    counted_in = forms.ChoiceField(
        label=_("Counted in"), choices=[(one.value, name) for one, name in UNIT_NAMES.items()]
    )
    from_day = forms.DateField(
        label=_("For cases from this day on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    unit = UnitField(
        label=_("Only for this unit"),
        required=False,
        help_text=_("And all below it. Empty: everywhere. The rule nearest to the case’s unit holds."),
    )
    min_urgency = forms.TypedChoiceField(
        label=_("From this urgency on"),
        coerce=int,
        choices=list(URGENCY_NAMES.items()),
    )
    min_severity = forms.TypedChoiceField(
        label=_("From this severity on"),
        coerce=int,
        choices=[(0, _("any"))] + [(n, str(n)) for n in range(1, 5)],
    )
    channel = forms.CharField(label=_("Only for this channel"), max_length=40, required=False)
    skill = forms.CharField(label=_("Only for this skill"), max_length=40, required=False)
    does_rest = forms.BooleanField(
        label=_("Rests while the customer is asked"), required=False, help_text=_("Days never rest.")
    )
    warn_percent = forms.IntegerField(
        label=_("Warn when this share of the time is used, in percent"), min_value=1, max_value=100
    )
    destination = forms.TypedChoiceField(
        label=_("Tell this destination"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("When it warns, and when it is late. Quiet hours of the destination hold."),
    )
    source = forms.CharField(
        label=_("Where the deadline comes from"),
        max_length=200,
        required=False,
        help_text=_("For deadlines of the law: which rule says so, and when you checked it."),
    )

    def __init__(self, *args: object, scope: Scope, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.label_suffix = ""
        choices = [(str(one.id), one.name) for one in list_destinations(scope=scope) if one.is_on]
        field = self.fields["destination"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("nobody")), *choices]

    def words(self, *, before: ClockRule | None) -> RuleWords:
        """What was typed, as a version; what the form does not show stays as it was."""
        typed = self.cleaned_data
        kind = ClockKind(typed["kind"])
        is_law = kind is ClockKind.STATUTORY
        return RuleWords(
            name=typed["name"],
            kind=kind,
            amount=typed["amount"],
            counted_in=TimeUnit(typed["counted_in"]),
            from_day=typed["from_day"],
            unit_id=typed["unit"].pk if typed["unit"] else None,
            channel=typed["channel"],
            skill=typed["skill"],
            min_urgency=typed["min_urgency"],
            min_severity=typed["min_severity"],
            does_rest=typed["does_rest"],
            warn_percent=typed["warn_percent"],
            destination=typed["destination"],
            source=typed["source"],
            code=((before.code if before else "") or typed["name"][:40]) if is_law else "",
            is_automatic=not is_law,
        )


def typed_before(rule: ClockRule) -> dict[str, object]:
    """What the form shows of a rule that is there."""
    return {
        "name": rule.name,
        "kind": rule.kind,
        "amount": rule.amount,
        "counted_in": rule.counted_in,
        "unit": f"{rule.unit.name} · {rule.unit.code}" if rule.unit else "",
        "min_urgency": rule.min_urgency,
        "min_severity": rule.min_severity,
        "channel": rule.channel,
        "skill": rule.skill,
        "does_rest": rule.does_rest,
        "warn_percent": rule.warn_percent,
        "destination": rule.destination,
        "source": rule.source,
    }
