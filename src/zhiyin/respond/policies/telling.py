"""Tells those who are asked to agree, and whoever asked, how it stands; in the transaction of the step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.models import Approval, Decision
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify
from zhiyin.respond.policies.kinds import ApprovalState


def tell_asked(approvals: Iterable[Approval], *, at: datetime, by: Actor | None) -> None:
    """Those whose turn it is, and who stands in for them today: once for each time to answer."""
    for one in approvals:
        if one.state != ApprovalState.OPEN:
            continue
        kind = NoticeKind.APPROVAL_PASSED_ON if one.n_passed_on else NoticeKind.APPROVAL_ASKED
        notify(
            [one.approver, *_deputies(one)],
            kind=kind,
            key=_key(one),
            at=at,
            case=one.decision.case,
            by=by,
        )


def tell_deputy(deputy: Account, *, account: Account) -> None:
    """What is open with the account already waits for its deputy too."""
    open_ones = Approval.objects.filter(approver=account, state=ApprovalState.OPEN.value)
    for one in open_ones.select_related("decision__case"):
        notify(
            [deputy],
            kind=NoticeKind.APPROVAL_ASKED,
            key=_key(one),
            at=timezone.now(),
            case=one.decision.case,
            by=Actor.of(account),
        )


def tell_asker(decision: Decision, *, kind: NoticeKind, at: datetime, by: Actor) -> None:
    """Whoever asked knows what became of it."""
    if decision.by is not None:
        key = f"decision:{decision.pk}:{kind.value}"
        notify([decision.by], kind=kind, key=key, at=at, case=decision.case, by=by)


def _key(approval: Approval) -> str:
    """Another time to answer is another question."""
    return f"approval:{approval.pk}:{int(approval.due_at.timestamp()) if approval.due_at else 0}"


def _deputies(approval: Approval) -> list[Account]:
    return [approval.deputy] if approval.deputy is not None else []
