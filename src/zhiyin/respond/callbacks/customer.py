"""Doors for the customer's own page: what was promised to them, and asking for a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.respond.callbacks.errors import CallBackTwice
from zhiyin.respond.callbacks.kinds import STILL_OWED, AskedBy, CallBackState
from zhiyin.respond.callbacks.moments import read_zone
from zhiyin.respond.callbacks.services import Promise, cancel_call_back, plan_call_back
from zhiyin.respond.models import CallBack, Case
from zhiyin.respond.services.changes import CUSTOMER

# Between these hours, by the customer's clock, they may ask to be called.
FIRST_HOUR, LAST_HOUR = 8, 21


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCallBack:
    """A call as its customer may see it; `who` is empty where the owner gave no public name.

    `made_at` is when it was agreed first, `ended_at` when it was made or called off.
    """

    id: int
    promised_at: datetime
    until_at: datetime
    zone: str
    state: CallBackState
    topic: str
    who: str
    made_at: datetime
    ended_at: datetime | None


def customer_view_of_call_backs(case: Case) -> list[CustomerCallBack]:
    """All calls by time, also those that were called off. One query."""
    rows = CallBack.objects.filter(case=case)
    return [
        CustomerCallBack(
            id=row.pk,
            promised_at=row.promised_at,
            until_at=row.until_at,
            zone=row.zone,
            state=row.stands,
            topic=row.topic,
            who=row.owner.public_name,
            made_at=row.made_at,
            ended_at=row.ended_at,
        )
        for row in rows.select_related("owner").order_by("promised_at", "pk")
    ]


def ask_for_call(
    case: Case, *, at: datetime, zone: str, window_minutes: int = 60, topic: str = ""
) -> CallBack:
    """The customer asks to be called then; one call at a time.

    Raises:
        InvalidInput: the time has passed or lies outside the hours of calls (`call_hours`), or the case
        is over. CallBackTwice: a call is promised already.
    """
    local = at.astimezone(read_zone(zone, field="call_zone"))
    if not FIRST_HOUR <= local.hour < LAST_HOUR:
        raise InvalidInput(
            f"Calls are made from {FIRST_HOUR}:00 to {LAST_HOUR}:00.",
            next_step="Choose another time.",
            field="call_hours",
        )
    coming = CallBack.objects.filter(
        case=case, state=CallBackState.PLANNED.value, until_at__gt=timezone.now()
    )
    if coming.exists():
        raise CallBackTwice
    promise = Promise(
        promised_at=at, zone=zone, window_minutes=window_minutes, topic=topic, asked_by=AskedBy.CUSTOMER
    )
    return plan_call_back(case, promise=promise, by=CUSTOMER)


def call_off(case: Case, *, call_back_id: int) -> bool:
    """The customer needs no call any more; False where there is none to call off."""
    states = [state.value for state in STILL_OWED]
    found = CallBack.objects.filter(pk=call_back_id, case=case, state__in=states).first()
    if found is None:
        return False
    cancel_call_back(found, by=CUSTOMER)
    return True
