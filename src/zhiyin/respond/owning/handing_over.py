"""What a hand-over leaves behind: from whom to whom, over which edge, why; and what it may not be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.models.units import ROOT_KIND
from zhiyin.respond.models import Case, CaseEvent, Step, Transfer
from zhiyin.respond.owning.errors import PingPong
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.queries.owners import find_place, is_supervisor

# To begin, to note or to put off is nothing that the customer gets.
_NOTHING_DONE = frozenset(
    {
        Step.NOTED,
        Step.STARTED,
        Step.DUE_SET,
        Step.VOICE_ADDED,
        Step.URGED,
        Step.CUSTOMER_SPOKE,
        Step.HELD,
        Step.RESUMED,
        Step.TRANSFER_UNDONE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Whose case it was before the hand-over, and which unit's."""

    owner: Account
    unit: OrgUnit


def refuse_ping_pong(case: Case, *, before: Before, by: Actor) -> None:
    """Nothing, unless the case goes straight back; a manager of the unit may send it back.

    Raises:
        PingPong: its owner got it from the one who is to have it, and took no step since.
    """
    if by.kind != "account" or case.owner_id == before.owner.pk:
        return
    steps = CaseEvent.objects.filter(case=case).exclude(kind__in=sorted(one.value for one in _NOTHING_DONE))
    last = steps.order_by("-at", "-id").first()
    if last is None or last.kind != Step.TRANSFERRED:
        return
    is_undone = Transfer.objects.filter(event=last, undone_at__isnull=False).exists()
    came_from_there = last.owner_from_id == case.owner_id and last.owner_to_id == before.owner.pk
    if came_from_there and not is_undone and not is_supervisor(int(by.id), unit=before.unit):
        raise PingPong(case.number, name=str(case.owner))


def tell_transfer(
    case: Case, *, before: Before, reason: TransferReason, batch: UUID | None = None
) -> Transfer:
    """Write down the hand-over that was just told, in its transaction."""
    event = CaseEvent.objects.filter(case=case, kind=Step.TRANSFERRED).order_by("-at", "-id")[0]
    from_place = find_place(before.owner, unit=before.unit)
    to_place = find_place(case.owner, unit=case.unit)
    return Transfer.objects.create(
        case=case,
        event=event,
        from_account=before.owner,
        to_account=case.owner,
        from_unit=before.unit,
        to_unit=case.unit,
        from_place=from_place,
        to_place=to_place,
        edge=f"{_kind(from_place)}>{_kind(to_place)}",
        reason=reason.value,
        at=event.at,
        batch=batch,
    )


def find_transfer(event: CaseEvent) -> Transfer | None:
    """The hand-over of the event; None for one that was told before hand-overs were kept."""
    return Transfer.objects.select_related("from_unit").filter(event=event).first()


def take_transfer_back(transfer: Transfer, *, at: datetime) -> None:
    """It counts no more."""
    transfer.undone_at = at
    transfer.save(update_fields=["undone_at"])


def _kind(place: OrgUnit | None) -> str:
    """Kind of the place; who works for the whole company works at its head."""
    return ROOT_KIND if place is None else place.kind
