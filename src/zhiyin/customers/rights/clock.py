"""How long a request may take, by the law that is chosen."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

import msgspec
from django.utils import timezone

from zhiyin.customers.rights.dated import read_rules
from zhiyin.customers.rights.purposes import Words
from zhiyin.errors import Conflict, InvalidInput

_FRIDAY = 4


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

    Working days are Monday to Friday: public holidays are not left out, so that the end is rather too
    early than too late.

    >>> from datetime import UTC
    >>> regime = Regime(name=Words(zh="", en=""), working_days=15)
    >>> due_at(regime, received_at=datetime(2026, 11, 20, tzinfo=UTC)).date()
    datetime.date(2026, 12, 11)
    """
    day = timezone.localdate(received_at)
    if regime.months:
        day = add_months(day, regime.months)
    elif regime.working_days:
        day = _add_working_days(day, regime.working_days)
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


def _add_working_days(day: date, n_days: int) -> date:
    while n_days:
        day += timedelta(days=1)
        n_days -= day.weekday() <= _FRIDAY
    return day


def _end_of(day: date) -> datetime:
    zone = timezone.get_current_timezone()
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone)
