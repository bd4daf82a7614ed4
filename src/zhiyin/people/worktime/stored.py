"""A calendar as the database keeps it, and as working time is counted by it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.measure.work_calendars import WorkCalendar, WorkWeek
from zhiyin.people.worktime.hours import read_hours

MAX_DAYS = 2_000
MAX_WEEKS = 100


class StoredWeek(msgspec.Struct, frozen=True, kw_only=True):
    """The usual week from a day on: hours of Monday to Sunday as text, empty for closed."""

    from_day: date
    hours: tuple[str, str, str, str, str, str, str]


class StoredDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day that is unlike its weekday. Empty hours: closed. `source` is `staff`, `sheet` or `public`."""

    day: date
    hours: str = ""
    name: str = ""
    source: str = "staff"


class StoredCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one calendar: weeks and days in the order of their dates; empty zone: the unit's."""

    zone: str = ""
    weeks: tuple[StoredWeek, ...]
    days: tuple[StoredDay, ...] = ()
    until: date | None = None

    def with_days(self, days: list[StoredDay]) -> StoredCalendar:
        """With these days in place of those of the same dates."""
        kept = {one.day: one for one in self.days} | {one.day: one for one in days}
        return msgspec.structs.replace(self, days=tuple(kept[day] for day in sorted(kept)))

    def without_day(self, day: date) -> StoredCalendar:
        """With that day as its weekday is."""
        return msgspec.structs.replace(self, days=tuple(one for one in self.days if one.day != day))

    def with_week(self, week: StoredWeek) -> StoredCalendar:
        """With the week from its day on; what held before that day stays."""
        kept = {one.from_day: one for one in self.weeks} | {week.from_day: week}
        return msgspec.structs.replace(self, weeks=tuple(kept[day] for day in sorted(kept)))


@lru_cache(maxsize=512)
def to_work_calendar(stored: StoredCalendar, *, unit_zone: str) -> WorkCalendar:
    """The calendar to count by; equal ones are read once.

    Raises:
        InvalidInput: hours cannot be read, the zone is unknown, or there is too much of it.
    """
    if len(stored.days) > MAX_DAYS or len(stored.weeks) > MAX_WEEKS:
        raise InvalidInput(f"A calendar holds up to {MAX_DAYS:,} special days and {MAX_WEEKS} weeks.")
    return WorkCalendar(
        zone=stored.zone or unit_zone,
        weeks=tuple(
            WorkWeek(from_day=week.from_day, days=tuple(map(read_hours, week.hours))) for week in stored.weeks
        ),
        closed=frozenset(one.day for one in stored.days if not one.hours.strip()),
        worked={one.day: read_hours(one.hours) for one in stored.days if one.hours.strip()},
        until=stored.until,
    )
