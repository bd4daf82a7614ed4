"""When a report is due and of which days it speaks, in the company's zone, through changes of the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Rhythm = Literal["day", "week", "month"]
_MOST_STEPS = 400
MAX_MONTH_DAY = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often and when. `weekday` 0 is Monday, `month_day` is 1 to 28; `at` is a time of the zone."""

    rhythm: Rhythm
    at: time
    zone: ZoneInfo
    weekday: int = 0
    month_day: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The latest moment that was due, and how many before it were missed."""

    at: datetime
    n_missed: int


def next_due(plan: Plan, *, after: datetime) -> datetime:
    """The first due moment after `after`, in UTC.

    A time that the clocks jump over comes as much later; one that comes twice counts the first time.
    """
    day = after.astimezone(plan.zone).date() - timedelta(days=1)
    while True:
        if _is_day(plan, day):
            moment = datetime.combine(day, plan.at, tzinfo=plan.zone).astimezone(UTC)
            if moment > after:
                return moment
        day += timedelta(days=1)


def latest_due(plan: Plan, *, first: datetime, now: datetime) -> Due:
    """Of the due moments from `first` (itself due) to `now` the last, and how many lie before it."""
    at, n = first, 0
    for _step in range(_MOST_STEPS):
        following = next_due(plan, after=at)
        if following > now:
            return Due(at=at, n_missed=n)
        at, n = following, n + 1
    return Due(at=at, n_missed=n)


def days_of(plan: Plan, *, at: datetime) -> tuple[date, date]:
    """The first and last day that a report due `at` speaks of: the whole day, week or month before."""
    today = at.astimezone(plan.zone).date()
    if plan.rhythm == "day":
        return today - timedelta(days=1), today - timedelta(days=1)
    if plan.rhythm == "week":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _is_day(plan: Plan, day: date) -> bool:
    if plan.rhythm == "week":
        return day.weekday() == plan.weekday
    return plan.rhythm == "day" or day.day == plan.month_day
