"""Brings the steps of cases into the lake, each exactly once, whatever dies in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC

import pyarrow as pa
from django.db import transaction

from zhiyin.engine import Engine
from zhiyin.engine.protocols import Lake, Transaction
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.respond.facts import CASE_EVENTS
from zhiyin.respond.models import CaseEvent, EventHead

APP_ID = "case_events"
MAX_ROWS = 1_000
SECONDS_BETWEEN_FLUSHES = 1.0
_HEAD_ID = 1


def flush_case_events(engine: Engine) -> int:
    """Store what is not stored yet; returns how many steps that were.

    A batch is fixed in the database first, then committed to the lake under its number, then marked.
    Killed in between, or run by two processes at once, the same rows come again under the same number,
    and the lake passes over what it has.
    """
    n_stored = 0
    while n_rows := _flush_batch(engine.lake):
        n_stored += n_rows
    return n_stored


def make_case_events_chore(engine: Engine) -> Chore:
    """Flushing as the worker does it."""

    def run(is_stopping: Callable[[], bool]) -> None:
        while not is_stopping() and _flush_batch(engine.lake):
            pass

    return Chore(name="case-events", every_seconds=SECONDS_BETWEEN_FLUSHES, run=run)


def _flush_batch(lake: Lake) -> int:
    if not CaseEvent.objects.filter(is_stored=False).exists():
        return 0
    lake.create(CASE_EVENTS)
    batch = _pending_batch() or _claim_batch(lake)
    if batch is None:
        return 0
    waiting = CaseEvent.objects.filter(batch=batch, is_stored=False)
    events = list(waiting.select_related("case").order_by("id"))
    lake.append(CASE_EVENTS.name, to_rows(events), transaction=Transaction(app_id=APP_ID, version=batch))
    waiting.update(is_stored=True)
    return len(events)


def _pending_batch() -> int | None:
    """The batch that somebody claimed and has not marked as stored."""
    return (
        CaseEvent.objects.filter(is_stored=False, batch__isnull=False)
        .order_by("batch")
        .values_list("batch", flat=True)
        .first()
    )


def _claim_batch(lake: Lake) -> int | None:
    """The next batch, of what waits; None where nothing does. One process at a time, by the locked head."""
    with transaction.atomic():
        EventHead.objects.bulk_create([EventHead(id=_HEAD_ID)], ignore_conflicts=True)
        head = EventHead.objects.select_for_update().get(pk=_HEAD_ID)
        if (pending := _pending_batch()) is not None:
            return pending
        waiting = CaseEvent.objects.filter(is_stored=False, batch__isnull=True)
        ids = list(waiting.order_by("id").values_list("id", flat=True)[:MAX_ROWS])
        if not ids:
            return None
        # A database restored from a backup may know fewer batches than the lake has.
        head.n_batches = max(head.n_batches, lake.last_version(CASE_EVENTS.name, APP_ID) or 0) + 1
        head.save()
        CaseEvent.objects.filter(id__in=ids).update(batch=head.n_batches)
        return head.n_batches


def to_rows(events: Sequence[CaseEvent]) -> pa.Table:
    """The steps, with their `case` at hand, as rows of the lake table."""
    columns: dict[str, list[object]] = {
        "event_id": [str(event.id) for event in events],
        "case_id": [event.case_id for event in events],
        "case_number": [event.case.number for event in events],
        "kind": [event.kind for event in events],
        "occurred_at": [event.at for event in events],
        "actor_kind": [event.actor_kind for event in events],
        "actor_id": [event.actor_id for event in events],
        "feedback_id": [event.feedback_id for event in events],
        "unit_id": [event.unit_id for event in events],
        "status_from": [event.status_from or None for event in events],
        "status_to": [event.status_to for event in events],
        "owner_from": [event.owner_from_id for event in events],
        "owner_to": [event.owner_to_id for event in events],
        "due_at": [event.due_at for event in events],
        "urgency": [event.urgency for event in events],
        "n_transfers": [event.n_transfers for event in events],
        "n_reopened": [event.n_reopened for event in events],
        "day": [event.at.astimezone(UTC).date() for event in events],
    }
    schema = CASE_EVENTS.schema
    return pa.table(
        [pa.array(columns[name], schema.field(name).type) for name in schema.names], schema=schema
    )
