"""Working time: what a calendar of hours, holidays and make-up days counts between two moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.work_calendars import NeverOpen, Window, WorkCalendar, WorkWeek

__all__ = [
    "NeverOpen",
    "Stretch",
    "Window",
    "WorkCalendar",
    "WorkWeek",
    "add_working_days",
    "add_working_minutes",
    "count_working_days",
    "explain",
    "is_open",
    "next_open",
    "working_minutes_between",
    "working_minutes_many",
]

_MINUTE = timedelta(minutes=1)
# Beyond, somebody has mistaken the unit; and the search has an end.
_FURTHEST = timedelta(days=366 * 100)
# A window that begins before midnight reaches into the next day, and the day of a moment may differ by zone.
_DAYS_BACK = timedelta(days=2)
_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1900, 9800


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Time that counted, in the calendar's zone; `day` is the one whose hours it belongs to."""

    day: date
    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        """How long it really is: an hour that the clock skips does not count, one shown twice does so."""
        return (self.end.astimezone(UTC) - self.start.astimezone(UTC)) / _MINUTE


def add_working_minutes(calendar: WorkCalendar, start: datetime, *, minutes: float) -> datetime:
    """The earliest moment by which that much working time has passed since `start`, in the calendar's zone.

    Time that is used up exactly at closing ends there, not at the next opening; 0 minutes are up at once.

    Raises:
        InvalidInput: `start` has no zone, minutes are negative, or it would take over a hundred years.
        NeverOpen: the calendar has no more hours.

    >>> hours = ((Window(start=9 * 60, end=18 * 60),),) * 5 + ((), ())
    >>> week = WorkWeek(from_day=date(2026, 1, 1), days=hours)
    >>> calendar = WorkCalendar(zone="Asia/Shanghai", weeks=(week,))
    >>> friday = datetime(2026, 11, 20, 17, 30, tzinfo=calendar.tz)
    >>> add_working_minutes(calendar, friday, minutes=60).strftime("%A %H:%M")
    'Monday 09:30'
    """
    begin = _utc(start)
    if not 0 <= minutes < float("inf"):
        raise InvalidInput("Working minutes are a number from 0 up.", field="minutes")
    if minutes > _FURTHEST / _MINUTE:
        raise _too_far()
    left = timedelta(minutes=minutes)
    if not left:
        return start.astimezone(calendar.tz)
    for _day, opens, closes in _open_from(calendar, begin):
        if opens - begin > _FURTHEST:
            raise _too_far()
        if closes - opens >= left:
            return (opens + left).astimezone(calendar.tz)
        left -= closes - opens
    raise NeverOpen


def working_minutes_between(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    """Working minutes from `start` to `end`; negative where `end` comes first.

    Raises:
        InvalidInput: one of them has no zone.
    """
    if _utc(end) < _utc(start):
        return -working_minutes_between(calendar, end, start)
    return sum(
        ((closes - opens) / _MINUTE for _day, opens, closes in _between(calendar, _utc(start), _utc(end))),
        0.0,
    )


def working_minutes_many(
    calendar: WorkCalendar, starts: Sequence[datetime], ends: Sequence[datetime]
) -> NDArray[np.float64]:
    """As `working_minutes_between` for many pairs at once: the hours are laid out a single time.

    Raises:
        InvalidInput: a moment has no zone, or the two are not equally many.
    """
    if len(starts) != len(ends):
        raise InvalidInput("There must be an end for every start.", field="ends")
    if not starts:
        return np.zeros(0)
    begin, finish = [_utc(one) for one in starts], [_utc(one) for one in ends]
    first, last = min(*begin, *finish), max(*begin, *finish)
    spans = [
        ((opens - first) / _MINUTE, (closes - first) / _MINUTE)
        for _day, opens, closes in _between(calendar, first, last)
    ]
    if not spans:
        return np.zeros(len(begin))
    opens, closes = np.array(spans, dtype=np.float64).T
    before = np.concatenate(([0.0], np.cumsum(closes - opens)))

    def worked_until(moments: list[datetime]) -> NDArray[np.float64]:
        at = np.array([(moment - first) / _MINUTE for moment in moments])
        place = np.searchsorted(opens, at, side="right")
        last_one = np.maximum(place - 1, 0)
        inside = np.clip(at - opens[last_one], 0, closes[last_one] - opens[last_one])
        return np.where(place > 0, before[last_one] + inside, 0.0)

    return worked_until(finish) - worked_until(begin)


def explain(calendar: WorkCalendar, start: datetime, end: datetime) -> list[Stretch]:
    """The stretches between the two that counted, in order; their minutes add up to what is counted.

    Raises:
        InvalidInput: one of them has no zone.
    """
    return [
        Stretch(day=day, start=opens.astimezone(calendar.tz), end=closes.astimezone(calendar.tz))
        for day, opens, closes in _between(calendar, _utc(start), _utc(end))
    ]


def next_open(calendar: WorkCalendar, at: datetime) -> datetime:
    """The moment itself where it is working time, else the next opening; in the calendar's zone.

    Raises:
        InvalidInput: it has no zone. NeverOpen: the calendar has no more hours.
    """
    begin = _utc(at)
    for _day, opens, _closes in _open_from(calendar, begin):
        return opens.astimezone(calendar.tz)
    raise NeverOpen


def is_open(calendar: WorkCalendar, at: datetime) -> bool:
    """Whether the moment is working time; the moment of closing is not."""
    begin = _utc(at)
    first = next(_open_from(calendar, begin), None)
    return first is not None and first[1] == begin


def add_working_days(calendar: WorkCalendar, day: date, *, n_days: int) -> date:
    """The n-th working day after `day`, which does not count itself; `day` where `n_days` is 0.

    Raises:
        InvalidInput: negative, or over a hundred years. NeverOpen: the calendar has no more working days.
    """
    if n_days < 0:
        raise InvalidInput("Working days are a whole number from 0 up.", field="n_days")
    at, left = day, n_days
    while left:
        if calendar.is_over(at):
            raise NeverOpen
        if at - day > _FURTHEST:
            raise _too_far()
        at += _DAY
        left -= calendar.is_working_day(at)
    return at


def count_working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """Working days from `first` to `last`, both included; 0 where `last` comes first."""
    n_days = (last - first).days + 1
    return sum(calendar.is_working_day(first + timedelta(days=n)) for n in range(n_days))


def _between(
    calendar: WorkCalendar, start: datetime, end: datetime
) -> Iterator[tuple[date, datetime, datetime]]:
    for day, opens, closes in _open_from(calendar, start):
        if opens >= end:
            return
        yield day, opens, min(closes, end)


def _open_from(calendar: WorkCalendar, begin: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """What is open from `begin` on, in UTC, in order, none over another; ends where no more can come."""
    day, covered = begin.astimezone(calendar.tz).date() - _DAYS_BACK, begin
    while not calendar.is_over(day):
        for opens, closes in calendar.spans_of(day):
            if closes > covered:
                yield day, max(opens, covered), closes
                covered = closes
        day += _DAY


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise InvalidInput("A moment of working time needs its time zone.", field="at")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidInput(f"The moment lies between {_FIRST_YEAR} and {_LAST_YEAR}.", field="at")
    return moment.astimezone(UTC)


def _too_far() -> InvalidInput:
    return InvalidInput("That much working time takes over a hundred years.", field="minutes")
