"""A calendar of working time: weekly hours from a day on, holidays, make-up days, in one time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zhiyin.errors import Conflict, InvalidInput

MINUTES_A_DAY = 1_440
_DAYS_A_WEEK = 7
_MINUTE = timedelta(minutes=1)
# Zones shift by up to a day and calendars of dates end with the year 9999.
_LAST_DAY = date(9998, 12, 31)
Span = tuple[datetime, datetime]


class NeverOpen(Conflict):
    """There is no working time left in the calendar: none at all, or it has ended."""

    def __init__(self) -> None:
        super().__init__(
            "This calendar has no more working hours.",
            next_step="Give it hours on a weekday, or a later end.",
        )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """Hours of one day as the clock shows them, in minutes after its midnight.

    `end` may lie beyond 1,440: on the next day. A window lasts a day at most and belongs to the day on
    which it begins, so that a night shift before a holiday counts to its end.

    Raises:
        InvalidInput: it has no length, or is longer than a day.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < MINUTES_A_DAY or not self.start < self.end <= self.start + MINUTES_A_DAY:
            raise InvalidInput("Hours begin within the day and last up to 24 hours.", field="hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkWeek:
    """The hours of a usual week, Monday first, that hold from a day on.

    Raises:
        InvalidInput: it has not seven days, or windows of a day lie over each other.
    """

    from_day: date
    days: tuple[tuple[Window, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != _DAYS_A_WEEK:
            raise InvalidInput("A week has seven days, Monday first.", field="days")
        for windows in self.days:
            check_windows(windows)

    @property
    def is_empty(self) -> bool:
        """Whether no weekday has hours."""
        return not any(self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Working time in a zone of the IANA database. Before its first week there is none.

    `closed` are holidays; `worked` are days with hours of their own, such as a Saturday that is worked
    for a bridge day. `until` is the last day, None for no end.

    Raises:
        InvalidInput: the zone is unknown, weeks are not in the order of their days, or a day is both.
    """

    zone: str
    weeks: tuple[WorkWeek, ...]
    closed: frozenset[date] = frozenset()
    worked: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    until: date | None = None
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    _last_special: date = field(init=False, repr=False, compare=False)
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "tz", ZoneInfo(self.zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidInput("The time zone is unknown.", next_step="Choose one.", field="zone") from None
        if any(left.from_day >= right.from_day for left, right in pairwise(self.weeks)):
            raise InvalidInput("Weeks stand in the order of the days from which they hold.", field="weeks")
        if self.closed & self.worked.keys():
            raise InvalidInput("A day is closed or worked, not both.", field="worked")
        for windows in self.worked.values():
            check_windows(windows)
        known = [*self.closed, *self.worked, *(week.from_day for week in self.weeks)]
        object.__setattr__(self, "_last_special", max(known, default=date.min))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The hours that begin on the day; empty on holidays, before the first week and after the end."""
        if day in self.closed or (self.until is not None and day > self.until):
            return ()
        if day in self.worked:
            return self.worked[day]
        week = self.week_on(day)
        return week.days[day.weekday()] if week else ()

    def week_on(self, day: date) -> WorkWeek | None:
        """The usual week that holds on the day."""
        return next((week for week in reversed(self.weeks) if week.from_day <= day), None)

    def is_working_day(self, day: date) -> bool:
        """Whether any hours begin on it."""
        return bool(self.windows_on(day))

    def is_over(self, day: date) -> bool:
        """Whether no hours begin on this day or any after it."""
        if day >= _LAST_DAY or (self.until is not None and day > self.until):
            return True
        return day > self._last_special and (not self.weeks or self.weeks[-1].is_empty)

    def spans_of(self, day: date) -> tuple[Span, ...]:
        """The hours that begin on the day as moments of UTC, in order. Remembered.

        A window lasts from the first time that the clock shows its start to the last time that it is
        before its end: where the clock is set back both passes count, where it jumps nothing is there.
        """
        found = self._spans.get(day)
        if found is None:
            spans = (
                (_starts(day, window.start, self.tz), _ends(day, window.end, self.tz))
                for window in sorted(self.windows_on(day))
            )
            found = self._spans[day] = tuple(span for span in spans if span[0] < span[1])
        return found


def check_windows(windows: tuple[Window, ...]) -> None:
    """Raises `InvalidInput` where windows of one day lie over each other."""
    if any(left.end > right.start for left, right in pairwise(sorted(windows))):
        raise InvalidInput("Hours of one day must not lie over each other.", field="hours")


def _starts(day: date, minute: int, zone: ZoneInfo) -> datetime:
    first, second = _both(day, minute, zone)
    return first if first <= second else _jump(second, first, zone)


def _ends(day: date, minute: int, zone: ZoneInfo) -> datetime:
    first, second = _both(day, minute - 1, zone)
    return second + _MINUTE if first <= second else _jump(second, first, zone)


def _both(day: date, minute: int, zone: ZoneInfo) -> Span:
    """The two moments at which the clock shows it: mostly one and the same.

    Where the clock jumps over it the first comes after the second, and the jump lies between them.
    """
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    local = shown.replace(tzinfo=zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone's offset changes."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
