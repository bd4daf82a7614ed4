"""How long a request may take, by the law that is chosen."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

import msgspec
from django.utils import timezone

from zhiyin.customers.rights.dated import read_rules
from zhiyin.customers.rights.purposes import Words
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.measure.worktime import NeverOpen, WorkCalendar, add_working_days
from zhiyin.people.worktime.queries import calendar_for, usual_calendar
from zhiyin.people.zones import company_zone


class Regime(msgspec.Struct, frozen=True, kw_only=True):
    """One law's time: working days, days or months; `more_months` may be added once, with a reason."""

    name: Words
    working_days: int = 0
    days: int = 0
    months: int = 0
    more_months: int = 0


class ClockRules(msgspec.Struct, frozen=True, kw_only=True):
    """The laws known, and the one that holds where a request names none."""

    regime: str
    regimes: dict[str, Regime]

    def get(self, code: str) -> Regime:
        """The law of this code.

        Raises:
            InvalidInput: none is known by it.
        """
        if code not in self.regimes:
            raise InvalidInput(f"The law must be one of {', '.join(self.regimes)}.", field="regime")
        return self.regimes[code]


def read_clock(*, on: date) -> ClockRules:
    """The table that holds on the day."""
    return read_rules("clock", ClockRules, on=on)


def due_at(regime: Regime, *, received_at: datetime) -> datetime:
    """The end of the last day in the company's zone. The day of receipt does not count.

    Working days are counted by the company's calendar and by the usual one (Monday to Friday, in China
    with public holidays and the days worked in exchange); the earlier end holds, since no company
    lengthens a legal time by closing for itself.
    """
    day = timezone.localdate(received_at)
    if regime.months:
        day = add_months(day, regime.months)
    elif regime.working_days:
        own = calendar_for(None, at=received_at)
        day = working_day_after(
            day, n_days=regime.working_days, own=own, usual=usual_calendar(str(company_zone()))
        )
    else:
        day += timedelta(days=regime.days)
    return _end_of(day)


def extended(regime: Regime, *, due: datetime) -> datetime:
    """The end after the one extension.

    Raises:
        Conflict: this law knows none.
    """
    if not regime.more_months:
        raise Conflict("This law knows no extension.", next_step="Answer in time, or refuse with a reason.")
    return _end_of(add_months(timezone.localdate(due), regime.more_months))


def add_months(day: date, months: int) -> date:
    """The same day that many months later, or the month's last where it has no such day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_day_after(day: date, *, n_days: int, own: WorkCalendar, usual: WorkCalendar) -> date:
    """The n-th working day after the day by the one calendar or the other, whichever comes first.

    >>> usual = usual_calendar("Asia/Shanghai")
    >>> working_day_after(date(2026, 2, 13), n_days=2, own=usual, usual=usual)
    datetime.date(2026, 2, 24)
    """
    end = add_working_days(usual, day, n_days=n_days)
    try:
        return min(end, add_working_days(own, day, n_days=n_days))
    except NeverOpen:
        return end


def _end_of(day: date) -> datetime:
    zone = timezone.get_current_timezone()
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone)
