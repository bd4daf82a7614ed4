"""A month of a calendar, as weeks of days."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date

from zhiyin.people.worktime.hours import write_hours
from zhiyin.people.worktime.queries import KeptCalendar

_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One field of the month: its hours as text, and what makes it unlike its weekday."""

    day: date
    is_inside: bool
    hours: str
    name: str
    is_special: bool


def lay_out(calendar: KeptCalendar, *, month: date) -> list[list[Day]]:
    """The weeks of the month, Monday first, with the days of its neighbours that fill them."""
    special = {one.day: one for one in calendar.stored.days}
    work = calendar.work
    return [
        [
            Day(
                day=day,
                is_inside=day.month == month.month,
                hours=write_hours(work.windows_on(day)),
                name=special[day].name if day in special else "",
                is_special=day in special,
            )
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(month.year, month.month)
    ]


def read_month(text: str, *, today: date) -> date:
    """The first of a month given as `2026-02`, else of today's; within the years that calendars know."""
    try:
        year, number = text.split("-")
        month = date(int(year), int(number), 1)
    except ValueError:
        month = today.replace(day=1)
    return min(max(month, _FIRST), _LAST)


def next_month(month: date, *, by: int) -> date:
    """The first of the month so many later."""
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, place + 1, 1)
