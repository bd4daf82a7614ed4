"""Hands a case on, closes it, and takes either back."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.errors import CannotOwn, NothingToUndo
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, Step
from zhiyin.respond.queries.owners import may_own
from zhiyin.respond.services.changes import MAX_TEXT, changing, clean_text, shorten, write_note
from zhiyin.respond.statuses import ENDED

UNDO_WINDOW = timedelta(minutes=10)
_OPEN = frozenset(CaseStatus) - ENDED


def transfer_case(case: Case, *, to: Account, summary: str, by: Actor, version: int | None = None) -> Case:
    """The case is looked after by `to` from now on; the summary says what is known and promised.

    Raises:
        InvalidInput: no summary, or it is theirs already. CannotOwn: they may not work on this unit.
        CaseChanged, StepImpossible: it was changed, or it is over.
    """
    clean = clean_text(
        summary, field="summary", missing="A transfer needs a summary, so that nobody has to ask again."
    )
    if not may_own(to, unit=case.unit):
        raise CannotOwn
    with changing(case, step=Step.TRANSFERRED, by=by, version=version, among=_OPEN) as change:
        if change.case.owner_id == to.pk:
            raise InvalidInput(f"{to} looks after this case already.", field="owner")
        change.case.owner = to
        change.case.n_transfers += 1
        write_note(change, clean, by=by)
    return change.case


def close_case(case: Case, *, by: Actor, reason: str = "", version: int | None = None) -> Case:
    """The case is over without the customer's word; where we owe an answer, it needs a reason.

    Raises:
        InvalidInput: the reason is missing. CaseChanged, StepImpossible: it was changed, or it is over.
    """
    clean = shorten(reason, limit=MAX_TEXT)
    with changing(case, step=Step.CLOSED, by=by, version=version, among=_OPEN) as change:
        if change.case.stands.awaits_staff and not clean:
            raise InvalidInput(
                f"The customer of case {case.number} waits for an answer, so closing it needs a reason.",
                next_step="Answer the customer, or say why no answer is needed.",
                field="reason",
            )
        change.case.status, change.case.closed_at = CaseStatus.CLOSED, change.at
        if clean:
            write_note(change, clean, by=by)
    return change.case


def undo(case: Case, *, by: Actor) -> Case:
    """The case as it was before `by` closed or transferred it, within `UNDO_WINDOW`.

    Raises:
        NothingToUndo: something else happened last, or it is too long ago. CaseChanged: as above.
    """
    last = CaseEvent.objects.filter(case=case).exclude(kind=Step.NOTED).order_by("-at", "-id").first()
    if last is None or not _may_undo(last, by=by):
        raise NothingToUndo(case.number)
    step = Step.CLOSE_UNDONE if last.kind == Step.CLOSED else Step.TRANSFER_UNDONE
    with changing(case, step=step, by=by) as change:
        if step is Step.CLOSE_UNDONE:
            change.case.status, change.case.closed_at = last.status_from, None
        else:
            # Whoever had it may have been shut out since.
            if last.owner_from is None or not may_own(last.owner_from, unit=change.case.unit):
                raise NothingToUndo(case.number)
            change.case.owner = last.owner_from
            change.case.n_transfers -= 1
    return change.case


def _may_undo(last: CaseEvent, *, by: Actor) -> bool:
    is_own = by.kind == "account" and str(last.actor_id) == by.id
    is_fresh = timezone.now() - last.at <= UNDO_WINDOW
    return is_own and is_fresh and last.kind in (Step.CLOSED, Step.TRANSFERRED)
