"""The part of a case's page that shows its visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils import timezone

from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.clocks.words import say_minutes
from zhiyin.respond.models import Case, Technician, Visit
from zhiyin.respond.sealing import unseal
from zhiyin.respond.visits.kinds import PartState, VisitResult, VisitState
from zhiyin.respond.visits.queries import list_of_case
from zhiyin.respond.visits.services import UNDO_WINDOW
from zhiyin.respond.visits.technicians import read_phone
from zhiyin.respond.visits.times import split_time
from zhiyin.respond.visits.words import PART_NAMES, RESULT_NAMES, STATE_NAMES, say_slot

_TYPED = ("visit_delay", "visit_result", "visit_note", "part_name", "part_number", "part_n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One visit, in the words of the page. `time` is the full service time, part by part."""

    row: Visit
    slot: str
    state: str
    result: str
    is_late: bool
    phone: str
    serial: str
    in_warranty: bool | None
    time: tuple[tuple[str, str], ...]
    total: str
    parts: tuple[tuple[object, str], ...]
    may_set_out: bool
    may_arrive: bool
    may_begin: bool
    may_finish: bool
    may_move: bool
    may_delay: bool
    may_cancel: bool
    can_restore: bool


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The visits and what can be done; empty where nobody comes and nobody could be sent."""
    if not Technician.objects.exists():
        return {}
    rows = list_of_case(case)
    may_work = visitor_of(request).scope_for(Permission.CASES_WORK).allows(case.unit_id)
    if not rows and not may_work:
        return {}
    today = timezone.localdate()
    typed = {name: request.POST[name][:500] for name in _TYPED if name in request.POST}
    return {
        "case": case,
        "may_work": may_work,
        "lines": [_line(row, case=case, today=today, may_work=may_work) for row in rows],
        "results": [(one.value, name) for one, name in RESULT_NAMES.items()],
        "part_states": [(one.value, name) for one, name in PART_NAMES.items()],
        "typed": typed,
        "typed_for": request.POST.get("visit", ""),
    }


def _line(row: Visit, *, case: Case, today: date, may_work: bool) -> Line:
    now, stands, time = timezone.now(), row.stands, split_time(row)
    over = row.slot_end + timedelta(minutes=row.delay_minutes) < now
    return Line(
        row=row,
        slot=say_slot(row),
        state=str(STATE_NAMES[stands]),
        result=str(RESULT_NAMES[VisitResult(row.result)]) if row.result else "",
        is_late=stands is VisitState.MISSED or (stands.is_ahead and row.arrived_at is None and over),
        phone=read_phone(row.technician) if may_work and stands.is_ahead else "",
        serial=_read_serial(row, case=case) if may_work else "",
        in_warranty=row.warranty_until >= today if row.warranty_until else None,
        time=_parts_of(row),
        total=say_minutes(time.total_s / 60) if time else "",
        parts=tuple((part, str(PART_NAMES[PartState(part.state)])) for part in row.parts.all()),
        may_set_out=stands in (VisitState.PLANNED, VisitState.MISSED),
        may_arrive=stands in (VisitState.PLANNED, VisitState.ON_WAY, VisitState.MISSED),
        may_begin=stands is VisitState.ARRIVED and row.began_at is None,
        may_finish=stands is VisitState.ARRIVED,
        may_move=stands in (VisitState.PLANNED, VisitState.MISSED),
        may_delay=stands in (VisitState.PLANNED, VisitState.ON_WAY),
        may_cancel=stands in (VisitState.PLANNED, VisitState.ON_WAY, VisitState.MISSED),
        can_restore=stands is VisitState.CANCELLED
        and row.done_at is not None
        # What ended with the case comes back with it alone.
        and row.done_at != case.closed_at
        and now - row.done_at <= UNDO_WINDOW,
    )


def _parts_of(row: Visit) -> tuple[tuple[str, str], ...]:
    time = split_time(row)
    if time is None:
        return ()
    seconds = (time.waiting_s, time.travelling_s, time.arriving_s, time.served_s)
    names = ("waiting", "travelling", "arriving", "served")
    return tuple((name, say_minutes(part / 60)) for name, part in zip(names, seconds, strict=True))


def _read_serial(row: Visit, *, case: Case) -> str:
    if row.serial_sealed is None:
        return ""
    return unseal(row.serial_sealed, purpose="serial", number=case.number)
