"""What is left of a case for whoever handed it to a unit that they do not see, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.errors import NothingToUndo
from zhiyin.respond.models import Case, CaseEvent, Step, Transfer
from zhiyin.respond.moment import current_moment
from zhiyin.respond.numbers import normal_number
from zhiyin.respond.queries.owners import may_own
from zhiyin.respond.services.changes import changing
from zhiyin.respond.services.handing import hand_back
from zhiyin.respond.statuses import ENDED, CaseStatus

TAKE_BACK_WINDOW = timedelta(days=1)
"""So long after a hand-over to another unit it can be taken back, while nobody there has worked on it."""
_OPEN = frozenset(CaseStatus) - ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOn:
    """A hand-over with its people and unit at hand, and until when it may be taken back."""

    transfer: Transfer
    until: datetime
    can_take_back: bool


def find_handed_on(number: str, *, account: Account) -> HandedOn | None:
    """The last hand-over of this case to another unit that the account made and that stands.

    None for everybody else, and where it was taken back. Four queries at most.
    """
    found = (
        Transfer.objects.filter(case__number=normal_number(number), event__actor=account, undone_at=None)
        .exclude(from_unit_id=F("to_unit_id"))
        .select_related("case", "event", "event__owner_from", "from_unit", "to_unit", "to_account")
        .order_by("-at", "-pk")
        .first()
    )
    if found is None:
        return None
    return HandedOn(
        transfer=found,
        until=found.at + TAKE_BACK_WINDOW,
        can_take_back=_can_take_back(found, case=found.case, at=current_moment()),
    )


def take_back(handed: HandedOn, *, by: Actor) -> Case:
    """The case as it was before the hand-over: owner and unit; it counts as a hand-over no more.

    Raises:
        NothingToUndo: somebody worked on it since, it is over, it was another's, or a day has passed.
        CaseChanged: somebody changes it at this moment.
    """
    transfer = handed.transfer
    case = Case.objects.get(pk=transfer.case_id)
    with changing(case, step=Step.TRANSFER_UNDONE, by=by) as change:
        is_own = by.kind == "account" and str(transfer.event.actor_id) == by.id
        kept = Transfer.objects.filter(pk=transfer.pk, undone_at=None).exists()
        if not (is_own and kept and _can_take_back(transfer, case=change.case, at=change.at)):
            raise NothingToUndo(case.number)
        hand_back(change, transfer.event)
    return change.case


def _can_take_back(transfer: Transfer, *, case: Case, at: datetime) -> bool:
    """Whether it is fresh, still with whom it went to, and nobody of the staff took a step since."""
    is_there = (case.owner_id, case.unit_id) == (transfer.to_account_id, transfer.to_unit_id)
    if not is_there or case.stands not in _OPEN or at - transfer.at > TAKE_BACK_WINDOW:
        return False
    later = CaseEvent.objects.filter(case=case, at__gte=transfer.at, actor_kind="account")
    if later.exclude(pk=transfer.event_id).exists():
        return False
    giver = transfer.event.owner_from
    return giver is not None and may_own(giver, unit=transfer.from_unit)
