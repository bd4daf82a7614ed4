"""The lake tables of facts beside voices. `day` is the UTC day of receipt; people stand as keyed hashes."""

from __future__ import annotations

import pyarrow as pa

from zhiyin.engine.protocols import TableSpec

_TIME = pa.timestamp("us", tz="UTC")

# `record_id` is the keyed hash of (source, external id): the same row is found again, and an order's
# number stands nowhere readable. `content_hash` tells a changed row from an unchanged one.
_FIRST: list[tuple[str, pa.DataType]] = [
    ("record_id", pa.string()),
    ("content_hash", pa.string()),
    ("is_current", pa.bool_()),
    ("source", pa.string()),
    ("unit_id", pa.int64()),
    ("occurred_at", _TIME),
    ("received_at", _TIME),
]
_LAST: list[tuple[str, pa.DataType]] = [("day", pa.date32())]

PURCHASES = TableSpec(
    name="purchases",
    schema=pa.schema(
        [
            *_FIRST,
            ("order_key", pa.string()),
            ("customer_key", pa.string()),
            ("product", pa.string()),
            ("quantity", pa.float64()),
            ("amount", pa.float64()),
            ("discount", pa.float64()),
            ("channel", pa.string()),
            ("courier", pa.string()),
            ("shift", pa.string()),
            ("staff_key", pa.string()),
            ("ordered_at", _TIME),
            ("delivered_at", _TIME),
            ("tail_key", pa.string()),
            ("surname_key", pa.string()),
            *_LAST,
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is a line of an order; `order_key` is that of `feedback`, `customer_key` its `author_key`.

`tail_key` is made of the last four digits of the receiver's number as an identity's, `surname_key` of the
receiver's surname.

`occurred_at` is `ordered_at`; `amount` is that of the line in the company's currency, `discount`
what the customer saved on it.
"""

CONTACTS = TableSpec(
    name="contacts",
    schema=pa.schema(
        [
            *_FIRST,
            ("customer_key", pa.string()),
            ("issue_key", pa.string()),
            ("channel", pa.string()),
            ("is_resolved", pa.bool_()),
            ("waited_s", pa.float64()),
            ("talked_s", pa.float64()),
            ("n_adverts", pa.int32()),
            ("n_prompts", pa.int32()),
            ("n_transfers", pa.int32()),
            ("n_told", pa.int32()),
            ("is_field", pa.bool_()),
            ("waiting_s", pa.float64()),
            ("travelling_s", pa.float64()),
            ("arriving_s", pa.float64()),
            ("served_s", pa.float64()),
            *_LAST,
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is a call, chat or visit. `issue_key` is shared by the contacts about one matter.

`n_told`: how often the customer told the matter. The last four split the time of a field job.
"""

INSPECTIONS = TableSpec(
    name="inspections",
    schema=pa.schema(
        [
            *_FIRST,
            ("dimension", pa.string()),
            ("item", pa.string()),
            ("score", pa.float64()),
            ("max_score", pa.float64()),
            ("inspector_key", pa.string()),
            *_LAST,
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is an item of an inspection; `dimension` is `quality`, `service` or `cleanliness`."""

PRODUCTS_OWNED = TableSpec(
    name="products_owned",
    schema=pa.schema(
        [
            *_FIRST,
            ("customer_key", pa.string()),
            ("product", pa.string()),
            ("model", pa.string()),
            ("serial_key", pa.string()),
            ("channel", pa.string()),
            ("amount", pa.float64()),
            ("bought_at", _TIME),
            ("warranty_until", _TIME),
            *_LAST,
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is a product that a customer has; `occurred_at` is `bought_at`. The serial number stands hashed."""

VISITS = TableSpec(
    name="visits",
    schema=pa.schema(
        [
            *_FIRST,
            ("customer_key", pa.string()),
            ("purpose", pa.string()),
            ("channel", pa.string()),
            ("staff_key", pa.string()),
            ("n_people", pa.int32()),
            ("stayed_s", pa.float64()),
            *_LAST,
        ]
    ),
    sort_by=("occurred_at",),
)
"""A row is a visit, of the customer to a place of ours or of ours to the customer."""

RECORD_TABLES = (PURCHASES, CONTACTS, INSPECTIONS, PRODUCTS_OWNED, VISITS)
