"""Brings the steps of cases into the lake, each exactly once, whatever dies in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import pyarrow as pa

from zhiyin.engine import Engine
from zhiyin.listen.pipeline.fact_outbox import FactOutbox
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.respond.facts import CASE_EVENTS
from zhiyin.respond.models import CaseEvent, EventHead


def make_case_events_chore(engine: Engine) -> Chore:
    """Flushing as the worker does it."""
    return make_outbox().make_chore(lambda: engine.lake)


def make_outbox(*, max_rows: int = 1_000) -> FactOutbox[CaseEvent]:
    """The steps that wait to become facts, at most `max_rows` a commit."""
    return FactOutbox(CaseEvent, head=EventHead, spec=CASE_EVENTS, to_rows=to_rows, max_rows=max_rows)


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
