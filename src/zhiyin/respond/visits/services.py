"""Plans visits and moves them: a technician is in one place at a time. The case is locked first, then the
visit, then the technician.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.respond.callbacks.moments import read_zone, say_span
from zhiyin.respond.callbacks.words import in_company_language
from zhiyin.respond.models import Case, Step, Technician, Visit, VisitMove
from zhiyin.respond.moment import current_moment
from zhiyin.respond.sealing import seal
from zhiyin.respond.services.changes import account_id_of, changing, shorten, write_note
from zhiyin.respond.visits.errors import CannotCome, TimeTaken, VisitChanged, VisitStepImpossible
from zhiyin.respond.visits.kinds import TAKES_TIME, VisitState
from zhiyin.respond.visits.letters import tell_by_mail
from zhiyin.respond.visits.technicians import may_come
from zhiyin.respond.visits.words import describe

LEAST_MINUTES, MOST_MINUTES = 15, 12 * 60
UNDO_WINDOW = timedelta(minutes=10)
_MOST_AHEAD = timedelta(days=92)
_MAX_DEVICE, _MAX_SERIAL = 120, 80
_MOVABLE = frozenset({VisitState.PLANNED, VisitState.MISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What is planned. `asked_at` None: the customer asks for the visit now. `serial` is kept encrypted."""

    technician: Technician
    slot_start: datetime
    minutes: int = 120
    zone: str
    device: str = ""
    serial: str = ""
    warranty_until: date | None = None
    asked_at: datetime | None = None


def plan_visit(case: Case, *, booking: Booking, by: Actor) -> Visit:
    """The technician comes then; the story of the case tells it, and the customer's page.

    Raises:
        InvalidInput: the time has passed or is too far ahead, or the length is none.
        CannotCome: not for this unit. TimeTaken: the technician is somewhere else then.
    """
    read_zone(booking.zone, field="visit_zone")
    slot_end = _check_slot(booking.slot_start, minutes=booking.minutes)
    now = current_moment()
    if booking.asked_at is not None and booking.asked_at > now:
        raise InvalidInput("The customer cannot have asked in the future.", field="visit_asked")
    with changing(case, step=Step.PROMISED, by=by, is_addition=True) as change:
        _take(booking.technician, case=case, start=booking.slot_start, end=slot_end)
        serial = shorten(booking.serial, limit=_MAX_SERIAL)
        planned = Visit.objects.create(
            case=change.case,
            technician=booking.technician,
            device=" ".join(shorten(booking.device, limit=_MAX_DEVICE).split()),
            serial_sealed=seal(serial, purpose="serial", number=case.number) if serial else None,
            warranty_until=booking.warranty_until,
            slot_start=booking.slot_start,
            slot_end=slot_end,
            zone=booking.zone,
            asked_at=booking.asked_at or change.at,
            made_by_id=account_id_of(by),
        )
        with in_company_language():
            write_note(change, describe(planned), by=by)
        tell_by_mail(planned)
    return planned


def move_visit(
    visit: Visit,
    *,
    technician: Technician,
    slot_start: datetime,
    minutes: int,
    by: Actor,
    version: int | None = None,
) -> Visit:
    """Another time, or somebody else comes; a missed visit is promised anew. `undo_move` takes it back.

    Raises:
        InvalidInput, CannotCome, TimeTaken: as for a new one.
        VisitStepImpossible, VisitChanged: it has begun or is over, or was changed meanwhile.
    """
    slot_end = _check_slot(slot_start, minutes=minutes)
    with holding(visit, version=version) as held:
        if held.stands not in _MOVABLE:
            raise VisitStepImpossible
        _take(technician, case=held.case, start=slot_start, end=slot_end, but=held)
        VisitMove.objects.create(
            visit=held,
            at=current_moment(),
            by_id=account_id_of(by),
            technician=held.technician,
            slot_start=held.slot_start,
            slot_end=held.slot_end,
        )
        _put(held, technician=technician, start=slot_start, end=slot_end, by=by)
    return held


def undo_move(visit: Visit, *, by: Actor) -> Visit:
    """As it was before the last move, within ten minutes, by whoever moved it.

    Raises:
        VisitStepImpossible: it is too long ago, somebody else's, the old time has passed, or the visit
        has gone on. TimeTaken: the old time was given to another customer meanwhile.
    """
    with holding(visit, version=None) as held:
        last = VisitMove.objects.filter(visit=held, undone_at=None).order_by("-at", "-pk").first()
        now = current_moment()
        if last is None or held.stands is not VisitState.PLANNED or now - last.at > UNDO_WINDOW:
            raise VisitStepImpossible
        if last.by_id != account_id_of(by) or last.slot_start <= now:
            raise VisitStepImpossible
        _take(last.technician, case=held.case, start=last.slot_start, end=last.slot_end, but=held)
        last.undone_at = now
        last.save()
        _put(held, technician=last.technician, start=last.slot_start, end=last.slot_end, by=by)
    return held


def check_time_is_free(technician: Technician, *, start: datetime, end: datetime, but: Visit | None) -> None:
    """Raises `TimeTaken` where the technician is somewhere else then. The caller holds the technician."""
    taken = Visit.objects.filter(
        technician=technician,
        state__in=sorted(state.value for state in TAKES_TIME),
        slot_start__lt=end,
        slot_end__gt=start,
    )
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    other = taken.order_by("slot_start").first()
    if other is not None:
        # Where and for whom may be another unit's business.
        raise TimeTaken(say_span(other.slot_start, other.slot_end, zone=other.time_zone))


@contextmanager
def holding(visit: Visit, *, version: int | None) -> Iterator[Visit]:
    """The row, locked, with case and technician at hand. Raises `VisitChanged` where it is not `version`."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=visit.case_id)
        rows = Visit.objects.select_for_update(of=("self",))
        held = rows.select_related("case__unit", "case__owner", "technician").get(pk=visit.pk)
        if version is not None and held.version != version:
            raise VisitChanged
        yield held


def tell(held: Visit, *, step: Step, by: Actor, words: str = "") -> None:
    """Save the held visit and write the step, with how it stands, into the story of its case."""
    held.version += 1
    with changing(held.case, step=step, by=by, is_addition=True) as change:
        held.save()
        with in_company_language():
            told = describe(held)
        write_note(change, f"{told}\n{words}" if words else told, by=by)


def lock_technician(technician: Technician) -> Technician:
    """The technician, held until the end of the transaction: of two who plan at once one waits."""
    return Technician.objects.select_for_update().get(pk=technician.pk)


def _take(
    technician: Technician, *, case: Case, start: datetime, end: datetime, but: Visit | None = None
) -> None:
    held = lock_technician(technician)
    if not may_come(held, unit=case.unit):
        raise CannotCome
    check_time_is_free(held, start=start, end=end, but=but)


def _put(held: Visit, *, technician: Technician, start: datetime, end: datetime, by: Actor) -> None:
    held.technician, held.slot_start, held.slot_end = technician, start, end
    held.state, held.delay_minutes, held.confirmed_at = VisitState.PLANNED, 0, None
    tell(held, step=Step.PROMISED, by=by)
    tell_by_mail(held)


def _check_slot(start: datetime, *, minutes: int) -> datetime:
    """The end of the slot."""
    now = current_moment()
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise InvalidInput(f"A visit takes {LEAST_MINUTES} to {MOST_MINUTES} minutes.", field="visit_minutes")
    if start.tzinfo is None or start <= now:
        raise InvalidInput("The time has passed.", next_step="Choose a time to come.", field="visit_start")
    if start > now + _MOST_AHEAD:
        raise InvalidInput("Nobody can promise so far ahead.", field="visit_start_far")
    return start + timedelta(minutes=minutes)
