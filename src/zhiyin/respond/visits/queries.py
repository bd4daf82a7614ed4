"""Reads visits: those of a case, and the planner's week, always within the scope of the asker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils import timezone

from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case, Technician, Visit
from zhiyin.respond.visits.errors import VisitNotFound
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.technicians import select_coming
from zhiyin.respond.visits.words import STATE_NAMES

A_PAGE = 25
DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A visit on the planner. `visit` is None where it is of a unit that the asker may not see."""

    start: datetime
    end: datetime
    visit: Visit | None
    state: str

    @property
    def is_moved_easily(self) -> bool:
        """Whether it may be moved still."""
        return self.visit is not None and self.visit.stands in (VisitState.PLANNED, VisitState.MISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A technician's week: what is booked on each of the days."""

    technician: Technician
    days: list[list[Booked]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The planner: the days from Monday on, and the technicians of this page."""

    days: list[date]
    rows: list[Row]
    n_technicians: int


def get_visit(pk: int, *, case: Case) -> Visit:
    """The visit of a case that the asker may see. Raises `VisitNotFound`."""
    found = Visit.objects.select_related("technician").filter(pk=pk, case=case).first()
    if found is None:
        raise VisitNotFound
    found.case = case
    return found


def find_visible_visit(pk: int, *, scope: Scope) -> Visit:
    """The visit with case and technician at hand. Raises `VisitNotFound`."""
    rows = Visit.objects.select_related("case", "technician").filter(pk=pk)
    if scope.unit_ids is not None:
        rows = rows.filter(case__unit_id__in=scope.unit_ids)
    found = rows.first()
    if found is None:
        raise VisitNotFound
    return found


def list_of_case(case: Case) -> list[Visit]:
    """All visits of the case, what comes first, then what is over, with technician and parts. Two queries."""
    rows = list(
        Visit.objects.filter(case=case)
        .select_related("technician")
        .prefetch_related("parts")
        .order_by("slot_start", "pk")
    )
    ahead = [row for row in rows if row.stands.is_ahead or row.stands is VisitState.MISSED]
    return ahead + [row for row in reversed(rows) if row not in ahead]


def read_week(*, scope: Scope, day: date, technician_id: int | None = None, page: int = 1) -> Week:
    """The week of the day by the clock of the page, without what was cancelled. Three queries."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    found = select_coming(scope=scope)
    if technician_id is not None:
        found = found.filter(pk=technician_id)
    technicians = list(found[(page - 1) * A_PAGE : page * A_PAGE])
    booked = _read_booked(technicians, days=days, scope=scope)
    return Week(
        days=days,
        rows=[Row(technician=one, days=[booked.get((one.pk, at), []) for at in days]) for one in technicians],
        n_technicians=found.count(),
    )


def list_booked(technicians: Sequence[Technician], *, day: date, zone: tzinfo) -> list[Visit]:
    """What is booked that day, by start: for whoever chooses a time. One query."""
    start = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    rows = Visit.objects.filter(technician__in=technicians, slot_start__lt=end, slot_end__gt=start)
    rows = rows.exclude(state=VisitState.CANCELLED.value).select_related("technician")
    return list(rows.order_by("slot_start", "pk"))


def _read_booked(
    technicians: Sequence[Technician], *, days: Sequence[date], scope: Scope
) -> dict[tuple[int, date], list[Booked]]:
    zone = timezone.get_current_timezone()
    start = datetime.combine(days[0], time(), tzinfo=zone)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), tzinfo=zone)
    rows = Visit.objects.filter(technician__in=technicians, slot_start__gte=start, slot_start__lt=end)
    rows = rows.exclude(state=VisitState.CANCELLED.value).select_related("case__unit", "technician")
    booked: dict[tuple[int, date], list[Booked]] = {}
    for row in rows.order_by("slot_start", "pk"):
        is_visible = scope.allows(row.case.unit_id)
        booked.setdefault((row.technician_id, timezone.localdate(row.slot_start)), []).append(
            Booked(
                start=timezone.localtime(row.slot_start),
                end=timezone.localtime(row.slot_end),
                visit=row if is_visible else None,
                state=str(STATE_NAMES[row.stands]),
            )
        )
    return booked
