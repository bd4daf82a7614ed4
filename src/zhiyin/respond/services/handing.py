"""Hands a case on, closes it, and takes either back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.respond.errors import CannotOwn, NobodyToOwn, NothingToUndo
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, Step
from zhiyin.respond.owning.choosing import choose_owner, fold, remember_choice
from zhiyin.respond.owning.handing_over import (
    Before,
    find_transfer,
    refuse_ping_pong,
    take_transfer_back,
    tell_transfer,
)
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.queries.owners import may_own
from zhiyin.respond.services.changes import MAX_TEXT, Change, changing, clean_text, shorten, write_note
from zhiyin.respond.statuses import ENDED

UNDO_WINDOW = timedelta(minutes=10)
_OPEN = frozenset(CaseStatus) - ENDED


def transfer_case(  # noqa: PLR0913 - what a hand-over says
    case: Case,
    *,
    to: Account | None,
    summary: str,
    by: Actor,
    reason: TransferReason = TransferReason.OTHER,
    unit: OrgUnit | None = None,
    skill: str | None = None,
    version: int | None = None,
    batch: UUID | None = None,
) -> Case:
    """The case is looked after by `to` from now on; the summary says what is known and promised.

    `to` None: by whoever fits best (see `choose_owner`). `unit`: the case is that unit's from now on;
    the caller has seen that the asker may name it. `skill`: what the case needs from now on.

    Raises:
        InvalidInput: no summary, or it is theirs already. CannotOwn: they may not work on this unit.
        NobodyToOwn: nobody else is there. PingPong: it would go back although nothing was done.
        CaseChanged, StepImpossible: it was changed, or it is over.
    """
    clean = clean_text(
        summary, field="summary", missing="A transfer needs a summary, so that nobody has to ask again."
    )
    with transaction.atomic():
        with changing(case, step=Step.TRANSFERRED, by=by, version=version, among=_OPEN) as change:
            before = Before(owner=change.case.owner, unit=change.case.unit)
            change.case.unit = unit or change.case.unit
            if skill is not None:
                change.case.skill = fold(shorten(skill, limit=40))
            change.case.owner = to or _choose(change)
            _check(change.case, before=before, by=by)
            change.case.n_transfers += 1
            write_note(change, clean, by=by)
        tell_transfer(change.case, before=before, reason=reason, batch=batch)
    return change.case


def _choose(change: Change) -> Account:
    case = change.case
    choice = choose_owner(
        case.unit, now=change.at, skill=case.skill, language=case.language, without=case.owner
    )
    if choice is None:
        raise NobodyToOwn
    remember_choice(choice, case=case, at=change.at)
    return choice.account


def _check(case: Case, *, before: Before, by: Actor) -> None:
    if not may_own(case.owner, unit=case.unit):
        raise CannotOwn
    if (case.owner_id, case.unit_id) == (before.owner.pk, before.unit.pk):
        raise InvalidInput(f"{case.owner} looks after this case already.", field="owner")
    refuse_ping_pong(case, before=before, by=by)


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
            hand_back(change, last)
    return change.case


def hand_back(change: Change, last: CaseEvent) -> None:
    """The case within this change has the owner and the unit again that it had before the hand-over `last`.

    Raises:
        NothingToUndo: whoever had it may not look after it any more.
    """
    transfer = find_transfer(last)
    unit = change.case.unit if transfer is None else transfer.from_unit
    # Whoever had it may have been shut out since.
    if last.owner_from is None or not may_own(last.owner_from, unit=unit):
        raise NothingToUndo(change.case.number)
    change.case.owner, change.case.unit = last.owner_from, unit
    change.case.n_transfers -= 1
    if transfer is not None:
        take_transfer_back(transfer, at=change.at)


def _may_undo(last: CaseEvent, *, by: Actor) -> bool:
    is_own = by.kind == "account" and str(last.actor_id) == by.id
    is_fresh = timezone.now() - last.at <= UNDO_WINDOW
    return is_own and is_fresh and last.kind in (Step.CLOSED, Step.TRANSFERRED)
