"""The lake tables of events. `day` is the UTC day of receipt; people stand as keyed hashes."""

from __future__ import annotations

import pyarrow as pa

from zhiyin.engine.protocols import TableSpec

_TIME = pa.timestamp("us", tz="UTC")

CUSTOMER_EVENTS = TableSpec(
    name="customer_events",
    schema=pa.schema(
        [
            ("event_id", pa.string()),
            ("customer_key", pa.string()),
            ("type", pa.string()),
            ("name", pa.string()),
            ("properties", pa.string()),
            ("unit_id", pa.int64()),
            ("occurred_at", _TIME),
            ("received_at", _TIME),
            ("source", pa.string()),
            ("tail_key", pa.string()),
            ("surname_key", pa.string()),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is something that a customer did; `type` is `track`, `page` or `screen`.

`customer_key` is the `author_key` of whoever did it, None where the ids named nobody. `properties` is a
JSON object with private data covered; `tail_key` and `surname_key` are as those of `purchases`.
"""

CUSTOMER_TRAITS = TableSpec(
    name="customer_traits",
    schema=pa.schema(
        [
            ("event_id", pa.string()),
            ("customer_key", pa.string()),
            ("name", pa.string()),
            ("value", pa.string()),
            ("at", _TIME),
            ("unit_id", pa.int64()),
            ("received_at", _TIME),
            ("source", pa.string()),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("name", "at"),
)
"""A row is a trait that one call told: the latest `at` of a name holds. Nothing private stands here."""

EVENT_TABLES = (CUSTOMER_EVENTS, CUSTOMER_TRAITS)
