"""What else a customer may know and do while the matter is under way: questions, rests, calls, visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from zhiyin.respond.callbacks.customer import (
    FIRST_HOUR,
    LAST_HOUR,
    CustomerCallBack,
    customer_view_of_call_backs,
)
from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.flow.merging import find_heir
from zhiyin.respond.flow.messages import find_hold, find_question
from zhiyin.respond.flow.urging import ONCE_IN
from zhiyin.respond.models import Case, CaseEvent
from zhiyin.respond.queries import read_contact
from zhiyin.respond.statuses import AWAITING_STAFF, CaseStatus, Step
from zhiyin.respond.visits.customer import CustomerVisit, customer_view_of_visits
from zhiyin.respond.visits.kinds import VisitState

_DAYS_OF_CALLS = 3
# Whoever reads this now needs a while to choose, and we to be there.
_SOONEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`question` and `hold` are our words; `urge_from` is None where it may be urged now, or not at all.

    `slots` are the hours at which a call may be asked for; empty where none may be. `calls` and `visits`
    are all there ever were; one that was called off is shown until its time has passed.
    """

    question: str
    hold: str
    may_urge: bool
    urge_from: datetime | None
    calls: list[CustomerCallBack]
    slots: list[datetime]
    visits: list[CustomerVisit]
    is_investigated: bool
    is_in_group: bool
    at: datetime

    @property
    def calls_to_show(self) -> list[CustomerCallBack]:
        """Those that are owed or were made, and whom nobody need wait for any more."""
        off = CallBackState.CANCELLED
        return [one for one in self.calls if one.state is not off or one.until_at > self.at]

    @property
    def visits_to_show(self) -> list[CustomerVisit]:
        """Those to come or over, and whom nobody need wait for any more."""
        off = VisitState.CANCELLED
        return [one for one in self.visits if one.state is not off or one.slot_end > self.at]


def read_progress(case: Case, *, events: Sequence[CaseEvent], now: datetime) -> Progress:
    """All of it; `events` are the case's, in their order."""
    question = find_question(case) if case.stands is CaseStatus.WAITING else None
    hold = find_hold(case) if case.stands is CaseStatus.HELD else None
    held_at = max((one.at for one in events if one.kind == Step.HELD), default=None)
    urged = max((one.at for one in events if one.kind == Step.URGED and _is_theirs(one)), default=None)
    again = urged + ONCE_IN if urged is not None and urged + ONCE_IN > now else None
    calls = customer_view_of_call_backs(case)
    return Progress(
        question=question.text if question else "",
        hold=hold.text if hold and hold.at == held_at else "",
        may_urge=case.stands in AWAITING_STAFF and again is None,
        urge_from=again if case.stands in AWAITING_STAFF else None,
        calls=calls,
        slots=_slots(case, calls=calls, now=now),
        visits=customer_view_of_visits(case),
        is_investigated=case.investigated_at is not None,
        is_in_group=case.parent_id is not None,
        at=now,
    )


def heir_of(case: Case) -> Case | None:
    """The case of the same customer in which this one goes on; None where it stands for itself.

    What belongs to somebody else is not shown, though a colleague joined both.
    """
    if case.merged_into_id is None:
        return None
    heir = find_heir(case)
    is_same = case.customer is not None and case.customer == heir.customer
    phone = read_contact(case).phone
    return heir if is_same or (phone and phone == read_contact(heir).phone) else None


def _slots(case: Case, *, calls: Sequence[CustomerCallBack], now: datetime) -> list[datetime]:
    """Whole hours of the next days by the unit's clock; none without a number, or with a call to come."""
    is_coming = any(one.state is CallBackState.PLANNED and one.until_at > now for one in calls)
    if not case.is_open or is_coming or not read_contact(case).phone:
        return []
    zone = zone_of(case)
    today = now.astimezone(zone).date()
    hours = [
        datetime(day.year, day.month, day.day, hour, tzinfo=zone)
        for day in (today + timedelta(days=n) for n in range(_DAYS_OF_CALLS))
        for hour in range(FIRST_HOUR, LAST_HOUR)
    ]
    return [at for at in hours if at >= now + _SOONEST]


def zone_of(case: Case) -> ZoneInfo:
    """The clock of the case's unit, else that of the installation."""
    try:
        return ZoneInfo(case.unit.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(timezone.get_default_timezone_name())


def _is_theirs(event: CaseEvent) -> bool:
    return event.actor_kind == "visitor"
