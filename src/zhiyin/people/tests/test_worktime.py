"""Calendars of working time: whose holds, what changes them, and how a change is taken back."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.measure.worktime import add_working_days, add_working_minutes, working_minutes_between
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent, UnitCalendar
from zhiyin.people.services.units import create_unit
from zhiyin.people.worktime.hours import read_hours
from zhiyin.people.worktime.queries import calendar_for, find_calendar
from zhiyin.people.worktime.services import (
    fill_public_days,
    make_calendar,
    remove_day,
    set_days,
    set_frame,
    set_week,
    switch_off,
    undo_change,
)
from zhiyin.people.worktime.stored import StoredDay

BEIJING = ZoneInfo("Asia/Shanghai")
START = date(2026, 1, 1)
SHOP = ["10:00-22:00"] * 7


def beijing(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BEIJING)


def test_without_a_calendar_the_usual_one_knows_the_days_worked_for_holidays(tree):
    calendar = calendar_for(None, at=beijing(2, 1))
    assert calendar == calendar_for(tree.store_1.pk, at=beijing(2, 1))
    # Saturday 14 February was worked, the 16th to the 23rd were not.
    assert working_minutes_between(calendar, beijing(2, 14), beijing(2, 24)) == 9 * 60
    assert add_working_days(calendar, date(2026, 2, 13), n_days=2) == date(2026, 2, 24)


def test_elsewhere_the_usual_calendar_knows_no_chinese_holidays(tree):
    abroad = create_unit("berlin", name="柏林", kind="store", time_zone="Europe/Berlin")
    calendar = calendar_for(abroad.pk, at=beijing(2, 1))
    assert calendar.zone == "Europe/Berlin"
    assert calendar.is_working_day(date(2026, 2, 17))


def test_the_nearest_calendar_above_holds_from_its_first_day(tree):
    make_calendar(tree.north, from_day=date(2026, 3, 1), by=SYSTEM)
    set_week(tree.north.pk, from_day=date(2026, 3, 1), hours=SHOP, by=SYSTEM)
    saturday = beijing(3, 7, 9)
    assert add_working_minutes(calendar_for(tree.store_1.pk, at=saturday), saturday, minutes=60) == beijing(
        3, 7, 11
    )
    assert not calendar_for(tree.store_3.pk, at=saturday).is_working_day(saturday.date())
    assert not calendar_for(tree.store_1.pk, at=beijing(2, 7)).is_working_day(date(2026, 2, 7))
    make_calendar(tree.store_1, from_day=date(2026, 3, 1), by=SYSTEM)
    assert not calendar_for(tree.store_1.pk, at=saturday).is_working_day(saturday.date())
    switch_off(tree.store_1.pk, by=SYSTEM)
    assert calendar_for(tree.store_1.pk, at=saturday).is_working_day(saturday.date())


def test_a_new_week_leaves_what_held_before(tree):
    make_calendar(tree.company, from_day=START, by=SYSTEM)
    set_week(tree.company.pk, from_day=date(2026, 6, 1), hours=["8:00-12:00"] * 5 + ["", ""], by=SYSTEM)
    calendar = calendar_for(None, at=beijing(5, 1))
    assert working_minutes_between(calendar, beijing(5, 26), beijing(5, 27)) == 9 * 60
    assert working_minutes_between(calendar, beijing(6, 2), beijing(6, 3)) == 4 * 60
    # The days worked in exchange for holidays follow the week that holds then.
    assert working_minutes_between(calendar, beijing(5, 9), beijing(5, 10)) == 9 * 60
    assert working_minutes_between(calendar, beijing(9, 20), beijing(9, 21)) == 4 * 60


def test_holidays_are_filled_in_without_touching_what_staff_set(tree):
    make_calendar(tree.company, from_day=date(2027, 1, 1), by=SYSTEM)
    set_days(tree.company.pk, days=[StoredDay(day=date(2026, 2, 17), hours="10:00-16:00")], by=SYSTEM)
    assert fill_public_days(tree.company.pk, year=2026, language="zh", by=SYSTEM)
    days = {one.day: one for one in find_calendar(tree.company.pk).stored.days}
    assert days[date(2026, 2, 17)].hours == "10:00-16:00"
    assert (days[date(2026, 2, 14)].hours, days[date(2026, 2, 14)].name) == ("09:00-18:00", "春节调休上班")
    assert (days[date(2026, 10, 1)].hours, days[date(2026, 10, 1)].name) == ("", "国庆节")
    assert fill_public_days(tree.company.pk, year=2026, language="zh", by=SYSTEM) == 0
    with pytest.raises(InvalidInput, match="2004 to 20"):
        fill_public_days(tree.company.pk, year=2099, language="zh", by=SYSTEM)


def test_every_change_is_told_and_can_be_taken_back_until_the_next(tree):
    make_calendar(tree.company, from_day=START, by=SYSTEM)
    before = UnitCalendar.objects.get().config
    first = set_days(tree.company.pk, days=[StoredDay(day=date(2026, 11, 11), name="盘点")], by=SYSTEM)
    second = remove_day(tree.company.pk, day=date(2026, 11, 11), by=SYSTEM)
    with pytest.raises(Conflict):
        undo_change(first, unit_id=tree.company.pk, by=SYSTEM)
    undo_change(second, unit_id=tree.company.pk, by=SYSTEM)
    undo_change(first, unit_id=tree.company.pk, by=SYSTEM)
    assert UnitCalendar.objects.get().config == before
    off = switch_off(tree.company.pk, by=SYSTEM)
    undo_change(off, unit_id=tree.company.pk, by=SYSTEM)
    assert UnitCalendar.objects.get().is_on
    actions = AuditEvent.objects.filter(target_kind="calendar").values_list("action", flat=True)
    assert list(actions.order_by("sequence")) == [
        "calendar.made", "calendar.days_set", "calendar.day_removed", "calendar.undone",
        "calendar.undone", "calendar.off", "calendar.undone",
    ]  # fmt: skip
    with pytest.raises(NotFound):
        undo_change(off, unit_id=tree.north.pk, by=SYSTEM)


@pytest.mark.parametrize(
    "hours", ["9-18", "25:00-26:00", "09:00-12:00, 11:00-13:00", "09:60-10:00", "x" * 300]
)
def test_hours_that_cannot_be_read_are_refused(hours):
    with pytest.raises(InvalidInput):
        read_hours(hours)


def test_what_cannot_be_counted_by_is_not_kept(tree):
    make_calendar(tree.company, from_day=START, by=SYSTEM)
    with pytest.raises(InvalidInput):
        set_frame(tree.company.pk, zone="Asia/Atlantis", until=None, by=SYSTEM)
    with pytest.raises(InvalidInput):
        set_week(tree.company.pk, from_day=date(1, 1, 1), hours=SHOP, by=SYSTEM)
    with pytest.raises(Conflict):
        make_calendar(tree.company, from_day=START, by=SYSTEM)
    with pytest.raises(NotFound):
        switch_off(tree.north.pk, by=SYSTEM)
