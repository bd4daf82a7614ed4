"""What becomes of planned visits when their case is over: nobody comes for what is solved or closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhiyin.people.actors import Actor
from zhiyin.respond.callbacks.words import in_company_language
from zhiyin.respond.flow.merging import list_with_merged
from zhiyin.respond.models import Case, CaseEvent, Step, Visit
from zhiyin.respond.services.changes import Change, changing, write_note
from zhiyin.respond.visits.errors import TimeTaken
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.letters import tell_by_mail
from zhiyin.respond.visits.services import check_time_is_free, lock_technician
from zhiyin.respond.visits.words import describe

_OVER = frozenset({Step.SOLVED, Step.CLOSED})
# A technician who is on the way or there already ends the visit by hand.
NOT_BEGUN = frozenset({VisitState.PLANNED, VisitState.MISSED})


def end_visits_with_case(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: with the case its planned visits are called off, and hold again where the
    closing is taken back and the time is free still. What went into another case is looked after there.
    """
    case = change.case
    if step in _OVER and case.merged_into_id is None:
        for held in _waited_for(case):
            _call_off(held, case=case, at=change.at, is_solved=step is Step.SOLVED, by=by)
    elif step is Step.CLOSE_UNDONE:
        _restore(case, at=change.at, by=by)


def list_visits_that_end(case: Case) -> list[str]:
    """The visits that the end of this case calls off, as its page names them."""
    rows = Visit.objects.filter(case=case, state__in=[state.value for state in NOT_BEGUN])
    return [describe(held) for held in rows.select_related("technician").order_by("slot_start", "pk")]


def _call_off(held: Visit, *, case: Case, at: datetime, is_solved: bool, by: Actor) -> None:
    held.state, held.done_at = VisitState.CANCELLED, at
    _keep(held)
    if _end_of(held) > at:
        tell_by_mail(held)
    with in_company_language():
        why = _("The matter is solved.") if is_solved else _("The case was closed.")
        _tell(case, f"{describe(held)}\n{why}", by=by)


def _restore(case: Case, *, at: datetime, by: Actor) -> None:
    """Those that ended with the closing; one whose time somebody else has now stays called off."""
    closing = CaseEvent.objects.filter(case=case, kind=Step.CLOSED.value).order_by("-at", "-id").first()
    if closing is None:
        return
    for held in _visits_of(case).filter(state=VisitState.CANCELLED.value, done_at=closing.at):
        is_missed = _end_of(held) <= closing.at
        words = ""
        try:
            if not is_missed:
                technician = lock_technician(held.technician)
                check_time_is_free(technician, start=held.slot_start, end=held.slot_end, but=held)
        except TimeTaken:
            with in_company_language():
                words = _("The technician’s time was given away meanwhile: plan the visit anew.")
        else:
            held.state = VisitState.MISSED if is_missed else VisitState.PLANNED
            held.done_at = None
            _keep(held)
            if not is_missed:
                tell_by_mail(held)
        with in_company_language():
            _tell(case, f"{describe(held)}\n{words}" if words else describe(held), by=by)


def _waited_for(case: Case) -> Iterator[Visit]:
    yield from _visits_of(case).filter(state__in=[state.value for state in NOT_BEGUN])


def _visits_of(case: Case) -> QuerySet[Visit]:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("case", "technician")
    return rows.filter(case__in=list_with_merged(case)).order_by("pk")


def _end_of(held: Visit) -> datetime:
    return held.slot_end + timedelta(minutes=held.delay_minutes)


def _keep(held: Visit) -> None:
    held.version += 1
    held.save()


def _tell(case: Case, words: str, *, by: Actor) -> None:
    with changing(case, step=Step.NOTED, by=by, is_addition=True) as change:
        write_note(change, words, by=by)
