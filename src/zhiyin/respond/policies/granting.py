"""Decides about a case, grants what was decided, and takes it back for ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec
import uuid_utils
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.people.actors import Actor
from zhiyin.people.models import RoleGrant
from zhiyin.people.roles import Role
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, CaseStatus, Compensation, Decision, PolicyVersion, Step
from zhiyin.respond.policies.deciding import Value, decide
from zhiyin.respond.policies.errors import GivenAlready, NeedsApproval, NotToGrant, TooLateToUndo
from zhiyin.respond.policies.kinds import Answer, ApprovalState, GrantKind, LedgerState
from zhiyin.respond.policies.limits import Exceeded, find_exceeded
from zhiyin.respond.policies.words import say_answer, say_gift
from zhiyin.respond.services.changes import Change, account_id_of, changing, write_note
from zhiyin.respond.statuses import ENDED

OPEN = frozenset(CaseStatus) - ENDED
UNDO = timedelta(minutes=10)


def decide_case(
    case: Case,
    version: PolicyVersion,
    *,
    given: Mapping[str, Value],
    sources: Mapping[str, str],
    by: Actor,
    order_key: str = "",
) -> Decision:
    """What the version says, kept with everything it was told. It gives nothing yet.

    Raises:
        StepImpossible: the case is over.
    """
    outcome = decide(version.jdm, given)
    with changing(case, step=Step.DECIDED, by=by, is_addition=True, among=OPEN) as change:
        decision = Decision.objects.create(
            case=change.case,
            version=version,
            input=dict(given),
            sources=dict(sources),
            fired=msgspec.json.decode(msgspec.json.encode(outcome.fired)),
            order_key=order_key[:64],
            answer=outcome.answer.value,
            reason_zh=outcome.reason_zh,
            reason_en=outcome.reason_en,
            condition_zh=outcome.condition_zh,
            condition_en=outcome.condition_en,
            kind=outcome.kind.value,
            amount_cents=outcome.amount_cents,
            points=outcome.points,
            approvers=outcome.approvers,
            at=change.at,
            by_id=account_id_of(by),
        )
        names = {"policy": version.policy.name, "answer": say_answer(decision)}
        write_note(change, _("%(policy)s: %(answer)s") % names, by=by)
    return decision


def grant(decision: Decision, *, by: Actor, customer: UUID | None) -> Compensation:
    """Give the customer what was decided; `customer` is whose ledger is told, None where nobody is known.

    Raises:
        NotToGrant: it gives nothing, another decision followed, or somebody refused it. NeedsApproval:
        the policy or a limit wants somebody to agree. GivenAlready: the case or the order has it.
        StepImpossible: the case is over.
    """
    try:
        with changing(decision.case, step=Step.GRANTED, by=by, is_addition=True, among=OPEN) as change:
            fresh = Decision.objects.get(pk=decision.pk)
            check_grantable(fresh)
            check_not_given(fresh)
            if needs_agreement(fresh, by=by, customer=customer) and not is_agreed(fresh):
                raise NeedsApproval
            return give(change, fresh, by=by, customer=customer)
    except IntegrityError:  # another case gave it for the same order this very moment
        check_not_given(decision)
        raise


def give(change: Change, decision: Decision, *, by: Actor, customer: UUID | None) -> Compensation:
    """Write the compensation into this step. The caller has checked that it may be given."""
    compensation = Compensation.objects.create(
        id=UUID(bytes=uuid_utils.uuid7().bytes),
        case=change.case,
        decision=decision,
        customer=customer,
        unit_id=change.case.unit_id,
        kind=decision.kind,
        amount_cents=decision.amount_cents,
        points=decision.points,
        order_key=decision.order_key,
        at=change.at,
        by_id=account_id_of(by),
        ledger=(LedgerState.TO_WRITE if customer else LedgerState.NOTHING).value,
    )
    write_note(change, say_gift(compensation), by=by)
    return compensation


def take_back(compensation: Compensation, *, by: Actor) -> Compensation:
    """Take a grant back within ten minutes; both stand in the list and in the customer's ledger.

    Raises:
        TooLateToUndo: the time has passed, or it was taken back before.
    """
    with changing(compensation.case, step=Step.NOTED, by=by, is_addition=True) as change:
        fresh = Compensation.objects.get(pk=compensation.pk)
        if fresh.undone_at is not None or change.at - fresh.at > UNDO:
            raise TooLateToUndo
        fresh.undone_at, fresh.undone_by_id = change.at, account_id_of(by)
        fresh.save(update_fields=["undone_at", "undone_by"])
        told = Compensation.objects.filter(pk=fresh.pk).exclude(ledger=LedgerState.NOTHING)
        told.update(ledger=LedgerState.TO_TAKE_BACK.value)
        write_note(change, _("Taken back: %(gift)s") % {"gift": say_gift(fresh)}, by=by)
        record_event("compensation.taken_back", by=by, target=("case", change.case.number))
    return fresh


def can_take_back(compensation: Compensation) -> bool:
    """Whether there is time left."""
    return compensation.undone_at is None and timezone.now() - compensation.at <= UNDO


def check_grantable(decision: Decision) -> None:
    """Raises `NotToGrant` where it gives nothing, was refused, or is not the newest about its matter."""
    is_something = bool(decision.kind) and (
        (decision.kind != GrantKind.MONEY or decision.amount_cents > 0)
        and (decision.kind != GrantKind.POINTS or decision.points > 0)
    )
    newer = Decision.objects.filter(
        case_id=decision.case_id, version__policy=decision.version.policy_id, pk__gt=decision.pk
    )
    refused = decision.approvals.filter(state=ApprovalState.REFUSED)
    if not is_something or decision.answer == Answer.INSTEAD or newer.exists() or refused.exists():
        raise NotToGrant


def check_not_given(decision: Decision) -> None:
    """Raises `GivenAlready` where the case, or the order, has the same kind of compensation."""
    same = Q(case_id=decision.case_id)
    if decision.order_key:
        same |= Q(order_key=decision.order_key)
    there = Compensation.objects.filter(same, kind=decision.kind, undone_at=None).select_related("case")
    if before := there.first():
        raise GivenAlready(number=before.case.number, at=before.at)


def needs_agreement(decision: Decision, *, by: Actor, customer: UUID | None) -> bool:
    """Whether the policy, or a limit of whoever grants, wants somebody else to agree."""
    if is_highest(decision, by=by):
        return False
    asks = decision.answer in (Answer.NEEDS_APPROVAL, Answer.UNKNOWN)
    return asks or find_limit(decision, by=by, customer=customer) is not None


def is_highest(decision: Decision, *, by: Actor) -> bool:
    """Whether nobody stands above who could agree: an owner of the installation, unless others are named."""
    account_id = account_id_of(by)
    if account_id is None or decision.approvers.strip() not in ("", "above", "owner"):
        return False
    return RoleGrant.objects.filter(account_id=account_id, role=Role.OWNER).exists()


def find_limit(
    decision: Decision, *, by: Actor, customer: UUID | None, holds: bool = True
) -> Exceeded | None:
    """The limit that keeps `by` from granting it alone; see `find_exceeded`."""
    return find_exceeded(
        unit=decision.case.unit,
        amount_cents=decision.amount_cents,
        customer=customer,
        account_id=account_id_of(by),
        now=timezone.now(),
        holds=holds,
    )


def is_agreed(decision: Decision) -> bool:
    """Whether everybody who was asked agreed."""
    states = set(decision.approvals.values_list("state", flat=True))
    return states == {ApprovalState.APPROVED.value}
