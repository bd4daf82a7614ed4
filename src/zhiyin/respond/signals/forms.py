"""What people type on the page of signals that open cases."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.alerts.forms import KINDS, LEVELS
from zhiyin.insight.naming import aspect_names
from zhiyin.people.forms.fields import UnitField, give_scope
from zhiyin.people.scope import Scope
from zhiyin.respond.models import SignalRule
from zhiyin.respond.signals.services import RuleWords
from zhiyin.respond.signals.words import URGENCY_NAMES


class RuleForm(forms.Form):
    """One rule."""

    name = forms.CharField(label=_("Name of the rule"), max_length=80)
    kind = forms.ChoiceField(label=_("Which signals"), required=False)
    min_level = forms.TypedChoiceField(
        label=_("From this level on"), coerce=int, choices=list(LEVELS.items())
    )
    is_danger = forms.BooleanField(
        label=_("Only where the voice tells of harm to somebody"),
        required=False,
        help_text=_("Injury, illness, fire, contamination, or a child hurt."),
    )
    aspect = forms.ChoiceField(
        label=_("Only about this aspect"), required=False, help_text=_("And all below it.")
    )
    unit = UnitField(
        label=_("Only of this unit"), required=False, help_text=_("And all below it. Empty: everywhere.")
    )
    for_unit = UnitField(
        label=_("The case belongs to"), required=False, help_text=_("Empty: to the unit of the signal.")
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency of the case"), coerce=int, choices=list(URGENCY_NAMES.items())
    )
    skill = forms.CharField(label=_("Skill that it needs"), max_length=40, required=False)
    due_hours = forms.IntegerField(
        label=_("Due after so many hours"),
        min_value=1,
        max_value=720,
        required=False,
        help_text=_("Empty: by the clocks of the unit."),
    )
    most_a_day = forms.IntegerField(
        label=_("At most so many new cases a day"),
        min_value=1,
        max_value=500,
        help_text=_("More than that wait up to two days. What joins a case that is open does not count."),
    )

    def __init__(self, *args: object, scope: Scope, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        give_scope(self, scope)
        if scope.unit_ids is not None:  # only who sees the whole company rules everywhere
            self.fields["unit"].required = True
            self.fields["unit"].help_text = _("And all below it.")
        for field in self.fields.values():
            field.label_suffix = ""
        aspects = sorted(aspect_names(page_language()).items(), key=lambda one: one[1])
        self._offer("kind", [("", _("any")), *KINDS.items()])
        self._offer("aspect", [("", _("any")), *aspects])

    def _offer(self, name: str, choices: list[tuple[str, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def words(self) -> RuleWords:
        """What was typed."""
        typed = self.cleaned_data
        return RuleWords(
            name=typed["name"],
            kind=typed["kind"],
            min_level=typed["min_level"],
            is_danger=typed["is_danger"],
            aspect=typed["aspect"],
            unit_id=typed["unit"].pk if typed["unit"] else None,
            for_unit_id=typed["for_unit"].pk if typed["for_unit"] else None,
            urgency=typed["urgency"],
            skill=typed["skill"],
            due_hours=typed["due_hours"],
            most_a_day=typed["most_a_day"],
        )


def typed_before(rule: SignalRule) -> dict[str, object]:
    """What the form shows of a rule that is there."""
    names = (
        "name",
        "kind",
        "min_level",
        "is_danger",
        "aspect",
        "urgency",
        "skill",
        "due_hours",
        "most_a_day",
    )
    shown: dict[str, object] = {name: getattr(rule, name) for name in names}
    for name, unit in (("unit", rule.unit), ("for_unit", rule.for_unit)):
        shown[name] = f"{unit.name} · {unit.code}" if unit else ""
    return shown
