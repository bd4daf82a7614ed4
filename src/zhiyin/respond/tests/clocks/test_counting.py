"""The time of one clock against a counter that looks at every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.measure.work_calendars import Window, WorkCalendar, WorkWeek
from zhiyin.measure.worktime import is_open
from zhiyin.people.worktime.queries import usual_calendar
from zhiyin.respond.clocks.counting import Budget, Rest, counted_days, due_moment, stretches, used_minutes
from zhiyin.respond.clocks.kinds import TimeUnit

_MINUTE = timedelta(minutes=1)
_SHIFTS = (Window(start=9 * 60, end=12 * 60), Window(start=13 * 60 + 30, end=18 * 60))
_ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")
WORKING = Budget(amount=1, unit=TimeUnit.WORKING_MINUTES).unit


def _calendar(zone: str) -> WorkCalendar:
    week = WorkWeek(from_day=date(2020, 1, 1), days=(_SHIFTS,) * 5 + ((), ()))
    # A Saturday that is worked; a Friday off; a night shift.
    worked = {date(2026, 2, 14): _SHIFTS, date(2026, 3, 8): (Window(start=22 * 60, end=30 * 60),)}
    return WorkCalendar(zone=zone, weeks=(week,), closed=frozenset({date(2026, 2, 20)}), worked=worked)


@st.composite
def _rests(draw: st.DrawFn, *, start: datetime) -> list[Rest]:
    made, at = [], start
    for _place in range(draw(st.integers(0, 4))):
        begin = at + _MINUTE * draw(st.integers(0, 1_500))
        end = begin + _MINUTE * draw(st.integers(0, 1_500))
        made.append(Rest(start=begin, end=end))
        at = end
    return made


@st.composite
def _situations(draw: st.DrawFn) -> tuple[WorkCalendar, datetime, list[Rest]]:
    begin = datetime(2026, 2, 12, tzinfo=UTC) + _MINUTE * draw(st.integers(0, 30 * 1_440))
    return _calendar(draw(st.sampled_from(_ZONES))), begin, draw(_rests(start=begin))


def _counts(calendar: WorkCalendar, minute: datetime, rests: list[Rest]) -> bool:
    resting = any(rest.start <= minute and (rest.end is None or minute < rest.end) for rest in rests)
    return not resting and is_open(calendar, minute)


@settings(max_examples=25, deadline=None)
@given(situation=_situations(), n_minutes=st.integers(0, 3_000))
def test_minutes_with_rests_are_those_that_a_counter_of_minutes_finds(
    situation: tuple[WorkCalendar, datetime, list[Rest]], n_minutes: int
) -> None:
    calendar, start, rests = situation
    counted = sum(_counts(calendar, start + _MINUTE * n, rests) for n in range(n_minutes))
    end = start + _MINUTE * n_minutes
    assert used_minutes(calendar, start=start, end=end, unit=WORKING, rests=rests) == counted
    shown = stretches(calendar, start=start, end=end, unit=WORKING, rests=rests)
    assert sum(one.minutes for one in shown) == counted


@settings(max_examples=25, deadline=None)
@given(situation=_situations(), amount=st.integers(1, 900))
def test_a_clock_is_due_at_the_first_moment_by_which_its_minutes_are_used(
    situation: tuple[WorkCalendar, datetime, list[Rest]], amount: int
) -> None:
    calendar, start, rests = situation
    budget = Budget(amount=amount, unit=TimeUnit.WORKING_MINUTES)
    due = due_moment(calendar, start=start, budget=budget, rests=rests)
    minute, left = start, amount
    while left:
        left -= _counts(calendar, minute, rests)
        minute += _MINUTE
    assert due == minute
    assert used_minutes(calendar, start=start, end=due, unit=WORKING, rests=rests) == amount


def test_while_a_clock_rests_it_is_due_as_if_it_went_on_at_once() -> None:
    calendar = _calendar("Asia/Shanghai")
    start = datetime(2026, 3, 2, 9, 0, tzinfo=calendar.tz)
    rests = [Rest(start=start + 30 * _MINUTE, end=None)]
    budget = Budget(amount=60, unit=TimeUnit.WORKING_MINUTES)
    assert due_moment(calendar, start=start, budget=budget, rests=rests) == start + 60 * _MINUTE
    much_later = start + timedelta(days=9)
    assert used_minutes(calendar, start=start, end=much_later, unit=WORKING, rests=rests) == 30


def test_seven_working_days_over_the_spring_festival_count_the_saturday_that_is_worked() -> None:
    calendar = usual_calendar("Asia/Shanghai")
    start = datetime(2026, 2, 12, 16, 0, tzinfo=calendar.tz)  # a Thursday
    due = due_moment(calendar, start=start, budget=Budget(amount=7, unit=TimeUnit.WORKING_DAYS))
    # 13, 14 (a Saturday worked); off from 15 to 23; 24 to 27, 28 (a Saturday worked).
    assert due == datetime(2026, 2, 28, 23, 59, tzinfo=calendar.tz)
    days = counted_days(calendar, start=start, end=due, unit=TimeUnit.WORKING_DAYS)
    assert [day.day for day in days] == [13, 14, 24, 25, 26, 27, 28]


@pytest.mark.parametrize("unit", [TimeUnit.MINUTES, TimeUnit.DAYS])
def test_round_the_clock_nights_and_holidays_count(unit: TimeUnit) -> None:
    calendar = _calendar("Asia/Shanghai")
    start = datetime(2026, 2, 20, 23, 0, tzinfo=calendar.tz)
    due = due_moment(calendar, start=start, budget=Budget(amount=2, unit=unit))
    midnight = datetime(2026, 2, 22, 23, 59, tzinfo=calendar.tz)
    assert due == (start + 2 * _MINUTE if unit is TimeUnit.MINUTES else midnight)
