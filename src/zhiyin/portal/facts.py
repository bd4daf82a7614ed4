"""The lake table `case_ratings`: how customers found our answers. `day` is the UTC day of the stars."""

from __future__ import annotations

import pyarrow as pa

from zhiyin.engine.protocols import TableSpec

CASE_RATINGS = TableSpec(
    name="case_ratings",
    schema=pa.schema(
        [
            ("rating_id", pa.int64()),
            ("case_id", pa.int64()),
            ("case_number", pa.string()),
            ("feedback_id", pa.string()),
            ("unit_id", pa.int64()),
            ("owner_id", pa.int64()),
            ("n_reopened", pa.int32()),
            ("solved", pa.int8()),
            ("speed", pa.int8()),
            ("attitude", pa.int8()),
            ("at", pa.timestamp("us", tz="UTC")),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("at",),
)

TABLES = (CASE_RATINGS,)
