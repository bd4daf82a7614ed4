"""Brings the times of finished visits into the lake, as contacts of the field, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.listen.items import AuthorIn, IdentityIn, UnitIn
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.listen.records.items import ContactIn
from zhiyin.listen.records.kinds import KINDS
from zhiyin.listen.records.taking import take_records
from zhiyin.respond.models import Visit
from zhiyin.respond.queries import read_contact
from zhiyin.respond.visits.kinds import VisitResult, VisitState
from zhiyin.respond.visits.services import UNDO_WINDOW
from zhiyin.respond.visits.times import split_time

SOURCE = "zhiyin-visits"
_SECONDS = 60.0
_MOST = 500


def make_visits_feed_chore(engine: Engine) -> Chore:
    """Feeding as the worker does it."""
    return Chore(
        name="visits-feed", every_seconds=_SECONDS, run=lambda should_stop: _run(engine, should_stop)
    )


def _run(engine: Engine, should_stop: Callable[[], bool]) -> None:
    while not should_stop() and feed_visits(engine) == _MOST:
        pass


def feed_visits(engine: Engine) -> int:
    """How many visits were fed. Killed in between, or done twice at a time, the lake has each once: the
    record is named by the visit.
    """
    # What may still be taken back waits.
    until = timezone.now() - UNDO_WINDOW
    waiting = Visit.objects.filter(state=VisitState.DONE.value, is_fed=False, done_at__lte=until)
    waiting = waiting.select_related("case__unit")
    visits = list(waiting.order_by("done_at")[:_MOST])
    records = [record for visit in visits if (record := _record(visit)) is not None]
    if records:
        take_records(records, kind=KINDS["contacts"], source=SOURCE, engine=engine)
    _mark(visits)
    return len(visits)


def _mark(visits: Sequence[Visit]) -> None:
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).update(is_fed=True)


def _record(visit: Visit) -> ContactIn | None:
    time = split_time(visit)
    if time is None:
        return None
    return ContactIn(
        external_id=f"{visit.case.number}-{visit.pk}",
        occurred_at=visit.arrived_at or visit.slot_start,
        unit=UnitIn(code=visit.case.unit.code),
        customer=_customer(visit),
        issue=visit.case.number,
        channel="field",
        is_resolved=visit.result == VisitResult.SOLVED,
        is_field=True,
        waiting_s=time.waiting_s,
        travelling_s=time.travelling_s,
        arriving_s=time.arriving_s,
        served_s=time.served_s,
    )


def _customer(visit: Visit) -> AuthorIn | None:
    contact = read_contact(visit.case)
    identities = [IdentityIn(type="phone", value=contact.phone)] if contact.phone else []
    if contact.email:
        identities.append(IdentityIn(type="email", value=contact.email))
    return AuthorIn(identities=identities) if identities else None
