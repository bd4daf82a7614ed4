"""The legal clock of requests: working days with the holidays that the law knows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from zhiyin.customers.rights.clock import due_at, read_clock
from zhiyin.people.actors import SYSTEM
from zhiyin.people.services.units import ensure_root
from zhiyin.people.worktime.services import make_calendar, set_days, set_week
from zhiyin.people.worktime.stored import StoredDay

BEFORE_SPRING_FESTIVAL = datetime(2026, 2, 6, 4, 0, tzinfo=UTC)  # a Friday noon in Beijing


def pipl_end() -> date:
    regime = read_clock(on=date(2026, 2, 6)).get("pipl")
    return due_at(regime, received_at=BEFORE_SPRING_FESTIVAL).date()


@pytest.mark.django_db
def test_holidays_do_not_count_and_the_days_worked_for_them_do():
    # Working: 9 to 13, Saturday 14, 24 to 27, Saturday 28 February, then 2 to 5 March.
    assert pipl_end() == date(2026, 3, 5)


@pytest.mark.django_db
def test_a_company_that_closes_for_itself_does_not_lengthen_the_law():
    company = ensure_root()
    make_calendar(company, from_day=date(2026, 1, 1), by=SYSTEM)
    closed = [StoredDay(day=date(2026, 3, day)) for day in range(1, 31)]
    set_days(company.pk, days=closed, by=SYSTEM)
    assert pipl_end() == date(2026, 3, 5)
    set_week(company.pk, from_day=date(2026, 1, 1), hours=["9:00-18:00"] * 7, by=SYSTEM)
    # Open every day but in the holidays: 7, 8, 9 to 14, 24 to 28 February are 13; then nothing in March.
    assert pipl_end() == date(2026, 3, 5)
    set_days(
        company.pk,
        days=[StoredDay(day=date(2026, 2, day), hours="9:00-12:00") for day in (15, 16)],
        by=SYSTEM,
    )
    assert pipl_end() == date(2026, 2, 28)
