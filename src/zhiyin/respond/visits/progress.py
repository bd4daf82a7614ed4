"""A visit from the customer's yes to its end: each moment is kept, for the full service time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.respond.models import Step, Visit
from zhiyin.respond.moment import current_moment
from zhiyin.respond.services.changes import CUSTOMER, MAX_TEXT, shorten
from zhiyin.respond.visits.errors import VisitStepImpossible
from zhiyin.respond.visits.kinds import VisitResult, VisitState
from zhiyin.respond.visits.letters import tell_by_mail
from zhiyin.respond.visits.services import (
    UNDO_WINDOW,
    check_time_is_free,
    holding,
    lock_technician,
    tell,
)

LEAST_DELAY, MOST_DELAY = 5, 480
_COMING = frozenset({VisitState.PLANNED, VisitState.MISSED})
_NOT_THERE = frozenset({VisitState.PLANNED, VisitState.ON_WAY, VisitState.MISSED})


def confirm_visit(visit: Visit, *, by: Actor = CUSTOMER) -> Visit:
    """The customer says that the time suits. Done again, it changes nothing."""
    with holding(visit, version=None) as held:
        if held.stands is not VisitState.PLANNED:
            raise VisitStepImpossible
        if held.confirmed_at is None:
            held.confirmed_at = current_moment()
            tell(held, step=Step.VISITED, by=by)
    return held


def set_out(visit: Visit, *, by: Actor, version: int | None = None) -> Visit:
    """The technician is on the way."""
    with holding(visit, version=version) as held:
        if held.stands not in _COMING:
            raise VisitStepImpossible
        held.state, held.on_way_at = VisitState.ON_WAY, current_moment()
        tell(held, step=Step.VISITED, by=by)
    return held


def arrive(visit: Visit, *, by: Actor, version: int | None = None) -> Visit:
    """The technician is at the door: in time, with what delay was told, the promise is kept."""
    with holding(visit, version=version) as held:
        if held.stands not in _NOT_THERE:
            raise VisitStepImpossible
        was_missed, now = held.stands is VisitState.MISSED, current_moment()
        held.state, held.arrived_at = VisitState.ARRIVED, now
        held.on_way_at = held.on_way_at or now
        is_in_time = now <= held.slot_end + timedelta(minutes=held.delay_minutes)
        tell(held, step=Step.PROMISE_KEPT if is_in_time and not was_missed else Step.VISITED, by=by)
    return held


def begin_work(visit: Visit, *, by: Actor, version: int | None = None) -> Visit:
    """The technician is at work: what went before was finding the place and signing in."""
    with holding(visit, version=version) as held:
        if held.stands is not VisitState.ARRIVED or held.began_at is not None:
            raise VisitStepImpossible
        held.began_at = current_moment()
        tell(held, step=Step.VISITED, by=by)
    return held


def finish_visit(
    visit: Visit, *, result: VisitResult, note: str = "", by: Actor, version: int | None = None
) -> Visit:
    """The visit has ended; its times go to the lake. Where nobody was there, no service is counted."""
    with holding(visit, version=version) as held:
        if held.stands is not VisitState.ARRIVED:
            raise VisitStepImpossible
        if held.began_at is None and result is not VisitResult.NOBODY_HOME:
            held.began_at = held.arrived_at
        held.state, held.done_at = VisitState.DONE, current_moment()
        held.result, held.note = result.value, shorten(note, limit=MAX_TEXT)
        tell(held, step=Step.VISITED, by=by, words=held.note)
    return held


def tell_delay(visit: Visit, *, minutes: int, by: Actor, version: int | None = None) -> Visit:
    """The customer reads on their page how much later the technician comes, counted from the slot."""
    if not LEAST_DELAY <= minutes <= MOST_DELAY:
        raise InvalidInput(f"Say {LEAST_DELAY} to {MOST_DELAY} minutes.", field="visit_delay")
    with holding(visit, version=version) as held:
        if held.stands not in (VisitState.PLANNED, VisitState.ON_WAY):
            raise VisitStepImpossible
        held.delay_minutes = minutes
        tell(held, step=Step.VISITED, by=by)
        tell_by_mail(held)
    return held


def cancel_visit(visit: Visit, *, by: Actor, version: int | None = None) -> Visit:
    """Nobody comes; the technician's time is free again. `restore_visit` takes it back."""
    with holding(visit, version=version) as held:
        if held.stands not in _NOT_THERE:
            raise VisitStepImpossible
        # Kept as it was, so that taking it back brings the same state.
        held.state, held.done_at = VisitState.CANCELLED, current_moment()
        tell(held, step=Step.VISITED, by=by)
        tell_by_mail(held)
    return held


def restore_visit(visit: Visit, *, by: Actor) -> Visit:
    """A cancelled visit holds again, within ten minutes.

    Raises:
        VisitStepImpossible: it was not cancelled, too long ago, or its time is over.
        TimeTaken: the time was given to another customer meanwhile.
    """
    with holding(visit, version=None) as held:
        now = current_moment()
        is_fresh = held.done_at is not None and now - held.done_at <= UNDO_WINDOW
        if held.stands is not VisitState.CANCELLED or not is_fresh or held.slot_end <= now:
            raise VisitStepImpossible
        technician = lock_technician(held.technician)
        check_time_is_free(technician, start=held.slot_start, end=held.slot_end, but=held)
        held.state = VisitState.ON_WAY if held.on_way_at else VisitState.PLANNED
        held.done_at = None
        tell(held, step=Step.VISITED, by=by)
        tell_by_mail(held)
    return held


def step_back(visit: Visit, *, by: Actor) -> Visit:
    """The last step was noted by mistake: the visit stands as before it, for ten minutes.

    Raises:
        VisitStepImpossible: nothing was noted, it is too long ago, or its times stand in the lake already.
    """
    with holding(visit, version=None) as held:
        last = max(filter(None, [held.on_way_at, held.arrived_at, held.began_at, held.done_at]), default=None)
        is_fresh = last is not None and current_moment() - last <= UNDO_WINDOW
        if not is_fresh or held.is_fed or held.stands in (VisitState.CANCELLED, VisitState.MISSED):
            raise VisitStepImpossible
        _take_back(held)
        tell(held, step=Step.VISITED, by=by)
    return held


def _take_back(held: Visit) -> None:
    if held.stands is VisitState.DONE:
        held.state, held.done_at, held.result, held.note = VisitState.ARRIVED, None, "", ""
    elif held.began_at is not None:
        held.began_at = None
    elif held.stands is VisitState.ARRIVED:
        held.state, held.arrived_at = VisitState.ON_WAY, None
    else:
        # One that was missed is missed again: it is told and escalated once.
        is_over = held.slot_end + timedelta(minutes=held.delay_minutes) <= current_moment()
        held.state, held.on_way_at = VisitState.MISSED if is_over else VisitState.PLANNED, None


# What the page offers by the state of a visit; each takes the visit, `by` and `version`.
STEPS: Mapping[str, Callable[..., Visit]] = {
    "set-out": set_out,
    "arrive": arrive,
    "begin": begin_work,
    "cancel": cancel_visit,
}
