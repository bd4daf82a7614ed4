"""The time of one clock: when it is due, and which stretches counted, with the rests taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from zhiyin.measure.work_calendars import MINUTES_A_DAY, Window, WorkCalendar, WorkWeek
from zhiyin.measure.worktime import (
    Stretch,
    add_working_days,
    add_working_minutes,
    explain,
    working_minutes_between,
)
from zhiyin.respond.clocks.kinds import TimeUnit

_DAY = timedelta(days=1)
_BEGINNING = date(2000, 1, 1)
# As people write the end of a day; midnight would read as the next one.
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Time in which the clock stood still; `end` None while it still does."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much time there is."""

    amount: int
    unit: TimeUnit


def due_moment(
    calendar: WorkCalendar, *, start: datetime, budget: Budget, rests: Sequence[Rest] = (), share: float = 1.0
) -> datetime:
    """When that share (0 to 1) of the budget is used up, in the calendar's zone.

    Rests are in order and do not overlap; while the last has no end it counts as if the clock went on at
    its beginning. Days never rest; a share of them is that of the whole way from start to due.

    Raises:
        NeverOpen: the calendar has no more hours. InvalidInput: it would take over a hundred years.
    """
    if budget.unit.is_days:
        due = _end_of_days(calendar, start=start, budget=budget)
        return start.astimezone(calendar.tz) + (due - start) * share
    return _add(counted_by(calendar, budget.unit), start, minutes=budget.amount * share, rests=rests)


def used_minutes(
    calendar: WorkCalendar, *, start: datetime, end: datetime, unit: TimeUnit, rests: Sequence[Rest] = ()
) -> float:
    """Minutes of the unit's time between the two that counted; 0 where `end` comes first."""
    counting = counted_by(calendar, unit)
    return sum(
        (working_minutes_between(counting, begin, finish) for begin, finish in _runs(start, end, rests)), 0.0
    )


def counted_days(
    calendar: WorkCalendar, *, start: datetime, end: datetime, unit: TimeUnit
) -> tuple[date, ...]:
    """The days after that of the beginning, up to that of the end, that count."""
    first, last = _day_of(start, calendar) + _DAY, _day_of(end, calendar)
    days = (first + _DAY * n for n in range((last - first).days + 1))
    return tuple(day for day in days if unit is TimeUnit.DAYS or calendar.is_working_day(day))


def stretches(
    calendar: WorkCalendar, *, start: datetime, end: datetime, unit: TimeUnit, rests: Sequence[Rest] = ()
) -> list[Stretch]:
    """What counted, in order; its minutes add up to `used_minutes`."""
    counting = counted_by(calendar, unit)
    return [one for begin, finish in _runs(start, end, rests) for one in explain(counting, begin, finish)]


def counted_by(calendar: WorkCalendar, unit: TimeUnit) -> WorkCalendar:
    """The calendar whose minutes count: round the clock in the same zone, or itself."""
    return _always_open(calendar.zone) if unit in (TimeUnit.MINUTES, TimeUnit.DAYS) else calendar


def _add(calendar: WorkCalendar, start: datetime, *, minutes: float, rests: Sequence[Rest]) -> datetime:
    at, left = start, minutes
    for rest in rests:
        if rest.start > at:
            run = working_minutes_between(calendar, at, rest.start)
            if run >= left:
                break
            left, at = left - run, rest.start
        if rest.end is None:
            break
        at = max(at, rest.end)
    return add_working_minutes(calendar, at, minutes=left)


def _runs(start: datetime, end: datetime, rests: Sequence[Rest]) -> Iterator[tuple[datetime, datetime]]:
    """The pieces between the two that no rest covers."""
    at = start
    for rest in rests:
        if rest.start >= end:
            break
        if rest.start > at:
            yield at, rest.start
        at = max(at, rest.end or end)
    if at < end:
        yield at, end


def _end_of_days(calendar: WorkCalendar, *, start: datetime, budget: Budget) -> datetime:
    day = _day_of(start, calendar)
    if budget.unit is TimeUnit.WORKING_DAYS:
        last = add_working_days(calendar, day, n_days=budget.amount)
    else:
        last = day + timedelta(days=budget.amount)
    return datetime.combine(last, _LAST_MINUTE, tzinfo=calendar.tz)


def _day_of(moment: datetime, calendar: WorkCalendar) -> date:
    return moment.astimezone(UTC).astimezone(calendar.tz).date()


@cache
def _always_open(zone: str) -> WorkCalendar:
    day = (Window(start=0, end=MINUTES_A_DAY),)
    return WorkCalendar(zone=zone, weeks=(WorkWeek(from_day=_BEGINNING, days=(day,) * 7),))
