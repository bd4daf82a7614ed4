"""What rules of signals say, on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.insight.alerts.forms import KINDS, LEVELS
from zhiyin.insight.naming import aspect_name
from zhiyin.respond.models import SignalRule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

URGENCY_NAMES: Mapping[int, StrPromise] = {
    0: _("not urgent"),
    1: _("soon"),
    2: _("today"),
    3: _("now"),
}

_PROBLEMS: Mapping[str, StrPromise] = {
    "name": _("Give the rule a name."),
    "due_hours": _("Choose 1 to 720 hours, or leave it empty."),
    "most_a_day": _("Choose 1 to 500 cases."),
}


def say_problem(error: InvalidInput | Conflict) -> str:
    """The refusal in the language of the page."""
    if isinstance(error, InvalidInput):
        return str(_PROBLEMS.get(error.field or "", gettext("Check this value.")))
    return gettext("Somebody else changed this rule in the meantime. Look at how it stands now.")


def say_signals(rule: SignalRule) -> str:
    """Which signals the rule names."""
    parts = [str(KINDS.get(rule.kind, rule.kind)) if rule.kind else gettext("any signal")]
    parts.append(gettext("from “%(level)s” on") % {"level": LEVELS[rule.min_level]})
    if rule.is_danger:
        parts.append(gettext("the voice tells of harm to somebody"))
    if rule.aspect:
        parts.append(aspect_name(rule.aspect, language=page_language()))
    parts.append(rule.unit.name if rule.unit else gettext("the whole company"))
    return " · ".join(parts)


def say_case(rule: SignalRule) -> str:
    """What the case is like."""
    parts = [rule.for_unit.name if rule.for_unit else gettext("the signal’s own unit")]
    parts.append(gettext("urgency: %(name)s") % {"name": URGENCY_NAMES[rule.urgency]})
    if rule.skill:
        parts.append(gettext("skill: %(name)s") % {"name": rule.skill})
    if rule.due_hours:
        parts.append(gettext("due after %(n)s h") % {"n": rule.due_hours})
    return " · ".join(parts)
