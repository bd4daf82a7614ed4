"""What becomes of promised calls when their case is over: nobody calls about what is solved or closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from zhiyin.people.actors import Actor
from zhiyin.respond.callbacks.clock import keep_call_clock
from zhiyin.respond.callbacks.kinds import STILL_OWED, CallBackState
from zhiyin.respond.callbacks.words import describe_promise, in_company_language
from zhiyin.respond.flow.merging import list_with_merged
from zhiyin.respond.models import CallBack, Case, CaseEvent, Step
from zhiyin.respond.services.changes import Change, changing, write_note

_OVER = frozenset({Step.SOLVED, Step.CLOSED})


def end_calls_with_case(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: with the case its calls are called off, and hold again where the closing is
    taken back. What went into another case is called about there.
    """
    case = change.case
    if step in _OVER and case.merged_into_id is None:
        for held in _owed(case):
            call_off_ended(held, case=case, at=change.at, is_solved=step is Step.SOLVED, by=by)
    elif step is Step.CLOSE_UNDONE:
        _restore(case, at=change.at, by=by)


def list_calls_that_end(case: Case) -> list[str]:
    """The calls that the end of this case calls off, as its page names them."""
    rows = CallBack.objects.filter(case=case, state__in=[state.value for state in STILL_OWED])
    return [describe_promise(held) for held in rows.order_by("promised_at", "pk")]


def call_off_ended(held: CallBack, *, case: Case, at: datetime, is_solved: bool, by: Actor) -> None:
    """Nobody has to call any more; the story of `case` says why. The row is locked."""
    held.state, held.ended_at = CallBackState.CANCELLED, at
    _keep(held, at=at)
    with in_company_language():
        why = _("The matter is solved.") if is_solved else _("The case was closed.")
        _tell(case, f"{describe_promise(held)} {why}", by=by)


def _restore(case: Case, *, at: datetime, by: Actor) -> None:
    """Those that ended with the closing, as they were; past its time, a call is overdue."""
    closing = CaseEvent.objects.filter(case=case, kind=Step.CLOSED.value).order_by("-at", "-id").first()
    if closing is None:
        return
    rows = CallBack.objects.select_for_update().filter(case__in=list_with_merged(case))
    for held in rows.filter(state=CallBackState.CANCELLED.value, ended_at=closing.at).order_by("pk"):
        held.state = CallBackState.MISSED if held.missed_at else CallBackState.PLANNED
        held.ended_at = None
        _keep(held, at=at)
        with in_company_language():
            _tell(case, describe_promise(held), by=by)


def _owed(case: Case) -> Iterator[CallBack]:
    rows = CallBack.objects.select_for_update().filter(case__in=list_with_merged(case))
    yield from rows.filter(state__in=[state.value for state in STILL_OWED]).order_by("pk")


def _keep(held: CallBack, *, at: datetime) -> None:
    held.version += 1
    held.save()
    keep_call_clock(held, at=at)


def _tell(case: Case, words: str, *, by: Actor) -> None:
    with changing(case, step=Step.NOTED, by=by, is_addition=True) as change:
        write_note(change, words, by=by)
