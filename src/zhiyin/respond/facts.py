"""The lake table `case_events`: what happened to cases. `day` is the UTC day of the step."""

from __future__ import annotations

import pyarrow as pa

from zhiyin.engine.protocols import TableSpec

_TIME = pa.timestamp("us", tz="UTC")

# Names and words stay in the operational database: here are ids, times and counts alone.
CASE_EVENTS = TableSpec(
    name="case_events",
    schema=pa.schema(
        [
            ("event_id", pa.string()),
            ("case_id", pa.int64()),
            ("case_number", pa.string()),
            ("kind", pa.string()),
            ("occurred_at", _TIME),
            ("actor_kind", pa.string()),
            ("actor_id", pa.int64()),
            ("feedback_id", pa.string()),
            ("unit_id", pa.int64()),
            ("status_from", pa.string()),
            ("status_to", pa.string()),
            ("owner_from", pa.int64()),
            ("owner_to", pa.int64()),
            ("due_at", _TIME),
            ("urgency", pa.int8()),
            ("n_transfers", pa.int32()),
            ("n_reopened", pa.int32()),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)

TABLES = (CASE_EVENTS,)
