"""Working time against a counter that walks every minute and looks at the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.errors import InvalidInput
from zhiyin.measure.worktime import (
    NeverOpen,
    Window,
    WorkCalendar,
    WorkWeek,
    add_working_days,
    add_working_minutes,
    count_working_days,
    explain,
    is_open,
    next_open,
    working_minutes_between,
    working_minutes_many,
)

EARLY = date(2020, 1, 1)
MINUTE = timedelta(minutes=1)
OFFICE = (Window(start=9 * 60, end=12 * 60), Window(start=13 * 60, end=18 * 60))
CHINA = WorkCalendar(
    zone="Asia/Shanghai",
    weeks=(WorkWeek(from_day=EARLY, days=(OFFICE,) * 5 + ((), ())),),
    closed=frozenset({date(2026, 2, day) for day in range(15, 24)}),
    worked={date(2026, 2, 14): OFFICE, date(2026, 2, 28): OFFICE},
)
# Each but the first with a change of the clock near: forwards, backwards, at midnight, by half an hour.
PLACES = (
    ("Asia/Shanghai", date(2026, 2, 13)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("America/Havana", date(2026, 3, 7)),
    ("America/Havana", date(2026, 10, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Pacific/Apia", date(2011, 12, 29)),
)


def beijing(day: int, hour: int, minute: int = 0, *, month: int = 2) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA.tz)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three windows of a day, the last perhaps over midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 143), max_size=5)))
    found = [
        Window(start=left * 10, end=right * 10) for left, right in zip(marks[::2], marks[1::2], strict=False)
    ]
    if len(marks) % 2:
        length = draw(st.integers(1, 144))
        found.append(Window(start=marks[-1] * 10, end=(marks[-1] + length) * 10))
    return tuple(found)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[WorkCalendar, datetime, datetime]:
    """A calendar around a few days and two moments among them."""
    zone, first = draw(st.sampled_from(PLACES))
    week = st.tuples(*[windows()] * 7)
    near = st.integers(-1, 4).map(lambda n: first + timedelta(days=n))
    closed = draw(st.frozensets(near, max_size=2))
    worked = draw(st.dictionaries(near.filter(lambda day: day not in closed), windows(), max_size=2))
    weeks = [WorkWeek(from_day=date(2000, 1, 1), days=draw(week))]
    if draw(st.booleans()):
        weeks.append(WorkWeek(from_day=first + timedelta(days=1), days=draw(week)))
    until = draw(st.none() | st.just(first + timedelta(days=2)))
    calendar = WorkCalendar(zone=zone, weeks=tuple(weeks), closed=closed, worked=worked, until=until)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    moment = st.integers(0, 3 * 1_440).map(lambda n: begin + n * MINUTE)
    start, end = sorted([draw(moment), draw(moment)])
    return calendar, start, end


@cache
def clock_of(zone: str, begin: datetime) -> np.ndarray:
    """What the clock shows in each of the nine days' minutes from three days before `begin`."""
    minutes = (begin + n * MINUTE for n in range(-3 * 1_440, 6 * 1_440))
    shown = [minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for minute in minutes]
    return np.array(shown, dtype="datetime64[m]")


def counted(calendar: WorkCalendar, start: datetime, end: datetime) -> list[datetime]:
    """Every minute from start to before end that counts, found by looking at the clock in each."""
    begin = start.replace(hour=0, minute=0)
    shown = clock_of(calendar.zone, begin)
    inside = np.zeros(len(shown), dtype=bool)
    day, last = shown[0].item().date() + timedelta(days=1), shown[-1].item().date() - timedelta(days=2)
    while day <= last:
        for window in calendar.windows_on(day):
            midnight = np.datetime64(day, "m")
            first = np.argmax(shown >= midnight + window.start)
            behind = len(shown) - np.argmax((shown < midnight + window.end)[::-1])
            inside[first:behind] = True
        day += timedelta(days=1)
    found = [begin + (int(n) - 3 * 1_440) * MINUTE for n in np.flatnonzero(inside)]
    return [minute for minute in found if start <= minute < end]


@settings(max_examples=12, deadline=None)
@given(scenes())
def test_it_counts_what_a_look_at_the_clock_every_minute_counts(scene):
    calendar, start, end = scene
    expected = counted(calendar, start, end)
    assert working_minutes_between(calendar, start, end) == len(expected)
    assert working_minutes_between(calendar, end, start) == -len(expected)
    assert sum(one.minutes for one in explain(calendar, start, end)) == len(expected)
    many = working_minutes_many(calendar, [start, end, start], [end, start, start])
    assert many.tolist() == pytest.approx([len(expected), -len(expected), 0])
    assert is_open(calendar, start) == bool(expected and expected[0] == start) or start == end


@settings(max_examples=12, deadline=None)
@given(scenes(), st.integers(1, 2_000))
def test_what_is_added_is_what_lies_between(scene, minutes):
    calendar, start, end = scene
    expected = counted(calendar, start, end)
    if len(expected) >= minutes:
        assert add_working_minutes(calendar, start, minutes=minutes) == expected[minutes - 1] + MINUTE
    if expected:
        assert next_open(calendar, start) == expected[0]


@settings(max_examples=12, deadline=None)
@given(scenes(), st.integers(0, 3_000), st.integers(0, 3_000))
def test_adding_twice_is_adding_the_sum(scene, first, second):
    calendar, start, _end = scene
    try:
        at_once = add_working_minutes(calendar, start, minutes=first + second)
    except NeverOpen:
        return
    halfway = add_working_minutes(calendar, start, minutes=first)
    assert add_working_minutes(calendar, halfway, minutes=second) == at_once
    assert working_minutes_between(calendar, start, at_once) == first + second


def test_a_saturday_worked_for_the_spring_festival_counts():
    assert working_minutes_between(CHINA, beijing(14, 0), beijing(15, 0)) == 8 * 60
    # Friday evening, then the Saturday, then the holidays until Tuesday the 24th.
    assert add_working_minutes(CHINA, beijing(13, 17), minutes=60 + 8 * 60 + 1) == beijing(24, 9, 1)
    assert add_working_days(CHINA, date(2026, 2, 13), n_days=2) == date(2026, 2, 24)
    assert count_working_days(CHINA, date(2026, 2, 9), date(2026, 2, 28)) == 6 + 5
    assert [one.day for one in explain(CHINA, beijing(13, 17), beijing(24, 10))] == [
        date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 14), date(2026, 2, 24),
    ]  # fmt: skip


def test_time_used_up_at_closing_ends_there():
    assert add_working_minutes(CHINA, beijing(9, 17), minutes=60) == beijing(9, 18)
    assert add_working_minutes(CHINA, beijing(9, 19), minutes=0) == beijing(9, 19)
    assert not is_open(CHINA, beijing(9, 18))
    assert next_open(CHINA, beijing(9, 18)) == beijing(10, 9)


def test_a_night_shift_before_a_holiday_counts_to_its_end():
    night = (Window(start=22 * 60, end=30 * 60),)
    calendar = WorkCalendar(
        zone="Asia/Shanghai",
        weeks=(WorkWeek(from_day=EARLY, days=(night,) * 7),),
        closed=frozenset({date(2026, 2, 17)}),
    )
    assert working_minutes_between(calendar, beijing(16, 22), beijing(18, 22)) == 8 * 60


def test_a_calendar_without_hours_says_so():
    empty = WorkCalendar(zone="Asia/Shanghai", weeks=())
    for act in (
        lambda: next_open(empty, beijing(9, 9)),
        lambda: add_working_minutes(empty, beijing(9, 9), minutes=1),
        lambda: add_working_days(empty, date(2026, 2, 9), n_days=1),
    ):
        with pytest.raises(NeverOpen, match="no more working hours"):
            act()
    assert working_minutes_between(empty, beijing(1, 0), beijing(9, 9)) == 0
    assert working_minutes_many(empty, [beijing(1, 0)], [beijing(2, 0)]).tolist() == [0]


def test_a_calendar_that_has_ended_says_so():
    ended = WorkCalendar(zone="Asia/Shanghai", weeks=CHINA.weeks, until=date(2026, 2, 10))
    assert add_working_minutes(ended, beijing(10, 17), minutes=60) == beijing(10, 18)
    with pytest.raises(NeverOpen):
        add_working_minutes(ended, beijing(10, 17), minutes=61)


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 0), (600, 540), (1_440, 1_500), (540, 1_981)],
    ids=["empty", "back", "late", "long"],
)
def test_hours_that_cannot_be_are_refused(start, end):
    with pytest.raises(InvalidInput):
        Window(start=start, end=end)


def test_a_calendar_that_contradicts_itself_is_refused():
    with pytest.raises(InvalidInput, match="lie over each other"):
        WorkWeek(from_day=EARLY, days=((OFFICE[0], Window(start=11 * 60, end=14 * 60)), *((),) * 6))
    with pytest.raises(InvalidInput, match="closed or worked"):
        WorkCalendar(zone="UTC", weeks=(), closed=frozenset({EARLY}), worked={EARLY: OFFICE})
    with pytest.raises(InvalidInput, match="time zone"):
        WorkCalendar(zone="Asia/Atlantis", weeks=())
    with pytest.raises(InvalidInput, match="needs its time zone"):
        next_open(CHINA, beijing(9, 9).replace(tzinfo=None))
