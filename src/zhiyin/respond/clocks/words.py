"""What clocks, their units and how they stand are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

KIND_NAMES: Mapping[ClockKind, StrPromise] = {
    ClockKind.FIRST_ANSWER: _("First answer"),
    ClockKind.NEXT_ANSWER: _("Next answer"),
    ClockKind.SOLUTION: _("Solution"),
    ClockKind.STATUTORY: _("Deadline of the law"),
    ClockKind.CALL_BACK: _("Call-back"),
}

UNIT_NAMES: Mapping[TimeUnit, StrPromise] = {
    TimeUnit.WORKING_MINUTES: _("working minutes"),
    TimeUnit.MINUTES: _("minutes round the clock"),
    TimeUnit.WORKING_DAYS: _("working days"),
    TimeUnit.DAYS: _("days"),
}

URGENCY_NAMES: Mapping[int, StrPromise] = {0: _("any"), 1: _("soon"), 2: _("today"), 3: _("now")}

STATE_NAMES: Mapping[str, StrPromise] = {
    "running": _("runs"),
    "resting": _("rests while the customer is asked"),
    "kept": _("kept"),
    "late": _("was late"),
    "late_running": _("is late"),
}


_PROBLEMS: Mapping[str, StrPromise] = {
    "name": _("Give the rule a name."),
    "amount": _("Choose a whole number: up to 600,000 minutes, or up to 1,000 days."),
    "warn_percent": _("Warn at a share from 1 to 100 percent."),
    "from_day": _("Choose a day between the years 2000 and 2100."),
}


def say_rule_problem(error: ZhiyinError) -> str:
    """The refusal of a rule in the language of the page."""
    if isinstance(error, InvalidInput) and error.field in _PROBLEMS:
        return str(_PROBLEMS[error.field or ""])
    return gettext("Somebody else changed this rule in the meantime. Look at how it stands now.")


def kind_name(kind: str, rule_name: str) -> str:
    """The kind; a deadline of the law by the name of its rule."""
    return rule_name if kind == ClockKind.STATUTORY else str(KIND_NAMES[ClockKind(kind)])


def say_minutes(minutes: float) -> str:
    """As hours and minutes, rounded down to the minute: 1 h 05 min."""
    whole = int(abs(minutes))
    hours, rest = divmod(whole, 60)
    if not hours:
        return gettext("%(n)s min") % {"n": rest}
    if not rest:
        return gettext("%(n)s h") % {"n": hours}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{rest:02d}"}


def say_amount(amount: float, *, counts_days: bool) -> str:
    """An amount in the unit in which the clock counts."""
    return gettext("%(n)s d") % {"n": int(amount)} if counts_days else say_minutes(amount)
