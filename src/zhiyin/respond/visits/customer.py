"""Doors for the customer's own page: who comes when, how late, and their yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiyin.respond.models import Case, Visit
from zhiyin.respond.visits.errors import VisitNotFound
from zhiyin.respond.visits.kinds import VisitResult, VisitState
from zhiyin.respond.visits.progress import confirm_visit


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerVisit:
    """A visit as its customer may see it. `expected_by` is the end of the slot with the delay that was told,
    `ended_at` when it was over or called off.

    `who` is the technician's public name, or the first sign of the name; never a telephone number.
    """

    id: int
    slot_start: datetime
    slot_end: datetime
    zone: str
    state: VisitState
    who: str
    device: str
    delay_minutes: int
    expected_by: datetime
    may_confirm: bool
    confirmed_at: datetime | None
    on_way_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    result: VisitResult | None
    has_all_parts: bool | None


def customer_view_of_visits(case: Case) -> list[CustomerVisit]:
    """All visits of the case by time, also those that were called off. Two queries.

    `has_all_parts` is None where no part is needed.
    """
    rows = Visit.objects.filter(case=case).select_related("technician").prefetch_related("parts")
    return [_view(row) for row in rows.order_by("slot_start", "pk")]


def confirm(case: Case, *, visit_id: int) -> Visit:
    """The customer says that the time suits.

    Raises:
        VisitNotFound: the case has no such visit. VisitStepImpossible: it is not to come any more.
    """
    found = Visit.objects.filter(pk=visit_id, case=case).first()
    if found is None:
        raise VisitNotFound
    return confirm_visit(found)


def _view(row: Visit) -> CustomerVisit:
    parts = list(row.parts.all())
    return CustomerVisit(
        id=row.pk,
        slot_start=row.slot_start,
        slot_end=row.slot_end,
        zone=row.zone,
        state=row.stands,
        who=row.technician.shown_name,
        device=row.device,
        delay_minutes=row.delay_minutes,
        expected_by=row.slot_end + timedelta(minutes=row.delay_minutes),
        may_confirm=row.stands is VisitState.PLANNED and row.confirmed_at is None,
        confirmed_at=row.confirmed_at,
        on_way_at=row.on_way_at,
        arrived_at=row.arrived_at,
        ended_at=row.done_at,
        result=VisitResult(row.result) if row.result else None,
        has_all_parts=all(part.state in ("arrived", "used") for part in parts) if parts else None,
    )
