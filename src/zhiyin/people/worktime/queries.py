"""What reads calendars of working time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from zhiyin.measure.work_calendars import WorkCalendar
from zhiyin.people.models import OrgUnit, UnitCalendar, UnitCalendarChange
from zhiyin.people.scope import Scope
from zhiyin.people.worktime.public_days import CHINESE_ZONES, known_years, public_days
from zhiyin.people.worktime.stored import StoredCalendar, StoredWeek, to_work_calendar
from zhiyin.people.zones import company_zone

USUAL_HOURS = "09:00-18:00"
_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCalendar:
    """A unit's own calendar; `zone` is the one that it counts in."""

    unit: OrgUnit
    stored: StoredCalendar
    is_on: bool
    zone: str

    @property
    def work(self) -> WorkCalendar:
        """As working time is counted by it."""
        return to_work_calendar(self.stored, unit_zone=self.zone)


def calendar_for(unit_id: int | None, *, at: datetime) -> WorkCalendar:
    """The calendar that holds for the unit at that moment: its own, else that of the nearest above it.

    None asks for the company's. A calendar holds from the first day of its first week until its last
    day. Where nobody has made one, the usual: Monday to Friday 9 to 18 o'clock in the unit's zone, in
    China without public holidays and with the days worked in exchange. Two queries.

    Raises:
        InvalidInput: `at` has no zone.
    """
    chain = _chain(unit_id)
    if chain:
        rows = UnitCalendar.objects.filter(unit_id__in=[unit.pk for unit in chain], is_on=True)
        own = {row.unit_id: row for row in rows}
        for unit in chain:
            row = own.get(unit.pk)
            if row is not None:
                calendar = _kept(row, unit).work
                if _holds(calendar, at):
                    return calendar
    zone = chain[0].time_zone if chain else str(company_zone())
    return usual_calendar(zone)


@cache
def usual_calendar(zone: str) -> WorkCalendar:
    """What holds where nobody has made a calendar."""
    stored = StoredCalendar(zone=zone, weeks=(usual_week(_BEGINNING),))
    if zone in CHINESE_ZONES:
        first, last = known_years()
        days = [
            one
            for year in range(first, last + 1)
            for one in public_days(year, worked_hours=USUAL_HOURS, language="zh")
        ]
        stored = stored.with_days(days)
    return to_work_calendar(stored, unit_zone=zone)


def usual_week(from_day: date) -> StoredWeek:
    """Monday to Friday, 9 to 18 o'clock."""
    five = USUAL_HOURS
    return StoredWeek(from_day=from_day, hours=(five, five, five, five, five, "", ""))


def list_calendars(*, scope: Scope) -> list[KeptCalendar]:
    """The calendars of units that may be seen, the company's first."""
    rows = UnitCalendar.objects.select_related("unit").order_by("unit__path")
    return [_kept(row, row.unit) for row in rows if scope.allows(row.unit_id)]


def find_calendar(unit_id: int) -> KeptCalendar | None:
    """The unit's own calendar, also one that is switched off."""
    row = UnitCalendar.objects.select_related("unit").filter(unit_id=unit_id).first()
    return _kept(row, row.unit) if row else None


def list_changes(unit_id: int, *, n_most: int = 20) -> list[UnitCalendarChange]:
    """What was changed in the unit's calendar, the newest first."""
    changes = UnitCalendarChange.objects.filter(calendar__unit_id=unit_id)
    return list(changes.order_by("-made_at", "-pk")[:n_most])


def _chain(unit_id: int | None) -> list[OrgUnit]:
    """The unit and those above it, the nearest first; for an unknown unit the company alone."""
    path = ""
    if unit_id is not None:
        path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() or ""
    ids = [int(step) for step in path.split("/") if step]
    if not ids:
        return list(OrgUnit.objects.filter(parent__isnull=True))
    return _ordered(OrgUnit.objects.filter(pk__in=ids))


def _ordered(units: Iterable[OrgUnit]) -> list[OrgUnit]:
    return sorted(units, key=lambda unit: -len(unit.path))


def _kept(row: UnitCalendar, unit: OrgUnit) -> KeptCalendar:
    stored = msgspec.convert(row.config, StoredCalendar)
    return KeptCalendar(unit=unit, stored=stored, is_on=row.is_on, zone=stored.zone or unit.time_zone)


def _holds(calendar: WorkCalendar, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(calendar.zone)).date()
    first = calendar.weeks[0].from_day if calendar.weeks else date.max
    return first <= day and (calendar.until is None or day <= calendar.until)
