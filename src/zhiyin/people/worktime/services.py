"""What changes calendars of working time: every change keeps what was before, so that it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec
from django.db import transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import OrgUnit, UnitCalendar, UnitCalendarChange
from zhiyin.people.services.audit import record_event
from zhiyin.people.time_zones import is_time_zone
from zhiyin.people.worktime.hours import read_hours, write_hours
from zhiyin.people.worktime.public_days import CHINESE_ZONES, PUBLIC, known_years, public_days
from zhiyin.people.worktime.queries import USUAL_HOURS, usual_week
from zhiyin.people.worktime.stored import StoredCalendar, StoredDay, StoredWeek, to_work_calendar

_MAX_NAME = 60
_YEARS = (2000, 2100)
_Edit = Callable[[StoredCalendar], StoredCalendar]


def make_calendar(unit: OrgUnit, *, from_day: date, by: Actor) -> int:
    """A calendar of the unit's own that holds from the day on: Monday to Friday, in China with holidays.

    Returns the number of the change, by which it can be undone; a calendar that was switched off is
    switched on as it was.

    Raises:
        Conflict: the unit has one. InvalidInput: the day lies in no usual year.
    """
    _check_day(from_day)
    with transaction.atomic():
        row = UnitCalendar.objects.select_for_update().filter(unit=unit).first()
        if row is not None and row.is_on:
            raise Conflict("This unit has its own calendar.", next_step="Change that one.")
        if row is None:
            stored = _fresh(unit, from_day)
            row = UnitCalendar(unit=unit, config=_plain(stored), is_on=False)
        return _keep(row, after=_read(row), by=by, action="calendar.made", details={})


def set_week(unit_id: int, *, from_day: date, hours: Sequence[str], by: Actor) -> int:
    """The usual week, Monday first, from the day on; what held before stays. Returns the change's number.

    Raises:
        NotFound: no calendar. InvalidInput: hours cannot be read.
    """
    _check_day(from_day)
    if len(hours) != 7:
        raise InvalidInput("A week has seven days, Monday first.", field="hours")
    tidy = [write_hours(read_hours(text)) for text in hours]
    week = msgspec.convert({"from_day": from_day, "hours": tidy}, StoredWeek)
    return _change(
        unit_id,
        lambda stored: _with_weekday_hours(stored.with_week(week)),
        by=by,
        action="calendar.week_set",
        details={"first_day": from_day.isoformat()},
    )


def set_frame(unit_id: int, *, zone: str, until: date | None, by: Actor) -> int:
    """The zone to count in (empty: the unit's) and the last day. Returns the change's number.

    Raises:
        NotFound: no calendar. InvalidInput: the zone is unknown, or the day lies in no usual year.
    """
    if zone and not is_time_zone(zone):
        raise InvalidInput("The time zone is unknown.", next_step="Choose one.", field="time_zone")
    if until is not None:
        _check_day(until)
    return _change(
        unit_id,
        lambda stored: msgspec.structs.replace(stored, zone=zone, until=until),
        by=by,
        action="calendar.frame_set",
        details={"time_zone": zone, "until": until.isoformat() if until else ""},
    )


def set_days(unit_id: int, *, days: Sequence[StoredDay], by: Actor) -> int:
    """These days unlike their weekday, in place of what stood there. Returns the change's number.

    Raises:
        NotFound: no calendar. InvalidInput: hours cannot be read, a name is too long, or there is no day.
    """
    if not days:
        raise InvalidInput("Name at least one day.", field="day")
    tidy = [_tidy(one) for one in days]
    return _change(
        unit_id,
        lambda stored: stored.with_days(tidy),
        by=by,
        action="calendar.days_set",
        details={"first_day": min(one.day for one in tidy).isoformat(), "rows": len(tidy)},
    )


def remove_day(unit_id: int, *, day: date, by: Actor) -> int:
    """The day is as its weekday again. Returns the change's number, 0 where nothing was special."""
    return _change(
        unit_id,
        lambda stored: stored.without_day(day),
        by=by,
        action="calendar.day_removed",
        details={"first_day": day.isoformat()},
    )


def fill_public_days(unit_id: int, *, year: int, language: str, by: Actor) -> int:
    """The year's public holidays of China and the days worked in exchange; what staff set stays.

    Returns the change's number, 0 where all stood there.

    Raises:
        NotFound: no calendar. InvalidInput: nobody knows that year's holidays yet.
    """
    first, last = known_years()
    if not first <= year <= last:
        raise InvalidInput(
            f"Public holidays are known for the years {first} to {last}.",
            next_step="Set the days by hand, or take in a table of them.",
            field="year",
        )
    return _change(
        unit_id,
        lambda stored: with_public_days(stored, year=year, language=language),
        by=by,
        action="calendar.filled",
        details={"year": year},
    )


def with_public_days(stored: StoredCalendar, *, year: int, language: str) -> StoredCalendar:
    """With the public days of the year where nobody has set the day otherwise."""
    own = {one.day for one in stored.days if one.source != PUBLIC}
    found = public_days(year, worked_hours=USUAL_HOURS, language=language)
    return _with_weekday_hours(stored.with_days([one for one in found if one.day not in own]))


def _with_weekday_hours(stored: StoredCalendar) -> StoredCalendar:
    """Days worked in exchange have the hours of a usual weekday then; what staff set stays."""
    days = [
        msgspec.structs.replace(one, hours=_weekday_hours(stored, one.day))
        for one in stored.days
        if one.source == PUBLIC and one.hours
    ]
    return stored.with_days(days)


def _weekday_hours(stored: StoredCalendar, day: date) -> str:
    weeks = [week for week in stored.weeks if week.from_day <= day] or list(stored.weeks[:1])
    return next((text for text in weeks[-1].hours[:5] if text), USUAL_HOURS) if weeks else USUAL_HOURS


def switch_off(unit_id: int, *, by: Actor) -> int:
    """The calendar above counts again. Returns the change's number.

    Raises:
        NotFound: no calendar that is on.
    """
    with transaction.atomic():
        return _keep(_held(unit_id), after=None, by=by, action="calendar.off", details={})


def undo_change(change_id: int, *, unit_id: int, by: Actor) -> int:
    """As it was before that change. Returns the number of this one.

    Raises:
        NotFound: no such change. Conflict: something was changed since; nothing is done then.
    """
    with transaction.atomic():
        row = UnitCalendar.objects.select_for_update().filter(unit_id=unit_id).first()
        change = UnitCalendarChange.objects.filter(pk=change_id, calendar=row).first() if row else None
        if row is None or change is None:
            raise NotFound("There is nothing of yours to undo here.")
        if (row.config if row.is_on else None) != change.after:
            raise Conflict("The calendar was changed again since.", next_step="Look at it and change it.")
        before = msgspec.convert(change.before, StoredCalendar) if change.before else None
        return _keep(row, after=before, by=by, action="calendar.undone", details={})


def _change(unit_id: int, edit: _Edit, *, by: Actor, action: str, details: Mapping[str, object]) -> int:
    with transaction.atomic():
        row = _held(unit_id)
        after = edit(_read(row))
        # Only what can be counted by is kept.
        to_work_calendar(after, unit_zone=row.unit.time_zone)
        return _keep(row, after=after, by=by, action=action, details=details)


def _keep(
    row: UnitCalendar,
    *,
    after: StoredCalendar | None,
    by: Actor,
    action: str,
    details: Mapping[str, object],
) -> int:
    before = row.config if row.is_on else None
    told = _plain(after) if after else None
    if told == before:
        return 0
    row.config, row.is_on, row.changed_at = told or row.config, told is not None, timezone.now()
    row.save()
    change = UnitCalendarChange.objects.create(
        calendar=row,
        before=before,
        after=told,
        made_at=row.changed_at,
        by_kind=by.kind,
        by_id=by.id[:64],
    )
    record_event(action, by=by, target=("calendar", row.unit_id), details=details)
    return change.pk


def _held(unit_id: int) -> UnitCalendar:
    rows = UnitCalendar.objects.select_for_update(of=("self",)).select_related("unit")
    row = rows.filter(unit_id=unit_id, is_on=True).first()
    if row is None:
        raise NotFound("The unit has no calendar of its own.")
    return row


def _read(row: UnitCalendar) -> StoredCalendar:
    return msgspec.convert(row.config, StoredCalendar)


def _plain(stored: StoredCalendar) -> object:
    """As the database gives it back, so that the two compare."""
    return msgspec.json.decode(msgspec.json.encode(stored))


def _fresh(unit: OrgUnit, from_day: date) -> StoredCalendar:
    stored = StoredCalendar(weeks=(usual_week(from_day),))
    if unit.time_zone in CHINESE_ZONES:
        first, last = known_years()
        for year in range(max(first, from_day.year), last + 1):
            stored = with_public_days(stored, year=year, language="zh")
    return stored


def _tidy(one: StoredDay) -> StoredDay:
    _check_day(one.day)
    name = " ".join(one.name.split())
    if len(name) > _MAX_NAME or not name.isprintable():
        raise InvalidInput(f"A day's name has up to {_MAX_NAME} signs.", field="name")
    return msgspec.structs.replace(one, hours=write_hours(read_hours(one.hours)), name=name)


def _check_day(day: date) -> None:
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise InvalidInput(f"The day lies between the years {_YEARS[0]} and {_YEARS[1]}.", field="day")
