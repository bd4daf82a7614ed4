"""The lake tables that listening fills. `day` is the UTC day of receipt, the day in the id."""

from __future__ import annotations

import pyarrow as pa

from zhiyin.engine.protocols import TableSpec
from zhiyin.understand.contract import UNDERSTANDING_SCHEMA

_TIME = pa.timestamp("us", tz="UTC")

CONVERSATION = pa.struct(
    [
        ("outcome", pa.string()),
        ("mood_start", pa.float32()),
        ("mood_end", pa.float32()),
        ("customer_share", pa.float32()),
        ("staff_share", pa.float32()),
        ("robot_share", pa.float32()),
        ("is_timed", pa.bool_()),
        ("duration_s", pa.float64()),
        ("silence_s", pa.float64()),
        ("longest_silence_s", pa.float64()),
        ("waited_s", pa.float64()),
        (
            "turns",
            pa.list_(
                pa.struct(
                    [
                        ("sentiment", pa.string()),
                        ("score", pa.float32()),
                        ("intents", pa.list_(pa.string())),
                        ("emotions", pa.list_(pa.string())),
                    ]
                )
            ),
        ),
        (
            "marks",
            pa.list_(
                pa.struct(
                    [
                        ("kind", pa.string()),
                        ("turn", pa.int32()),
                        ("start", pa.int32()),
                        ("end", pa.int32()),
                        ("about", pa.int32()),
                        ("due", _TIME),
                        ("seconds", pa.float64()),
                        ("words", pa.string()),
                    ]
                )
            ),
        ),
    ]
)
"""What a conversation means, as `understand.conversation` has it; turns count from 0."""

RAW = TableSpec(
    name="raw",
    schema=pa.schema(
        [
            ("feedback_id", pa.string()),
            ("revision", pa.int32()),
            ("sequence", pa.int64()),
            ("received_at", _TIME),
            ("source", pa.string()),
            ("connector", pa.string()),
            ("connector_version", pa.string()),
            ("payload", pa.binary()),
            ("day", pa.date32()),
        ]
    ),
)

FEEDBACK = TableSpec(
    name="feedback",
    schema=pa.schema(
        [
            ("feedback_id", pa.string()),
            ("revision", pa.int32()),
            ("is_current", pa.bool_()),
            ("sequence", pa.int64()),
            ("source", pa.string()),
            ("channel", pa.string()),
            ("touchpoint", pa.string()),
            ("product", pa.string()),
            ("unit_id", pa.int64()),
            ("author_key", pa.string()),
            ("order_key", pa.string()),
            ("occurred_at", _TIME),
            ("received_at", _TIME),
            ("rating", pa.float64()),
            ("rating_scale", pa.float64()),
            ("stars", pa.float64()),
            ("n_turns", pa.int32()),
            ("n_media", pa.int32()),
            ("text", pa.string()),
            ("language", pa.string()),
            ("sentiment", pa.string()),
            ("sentiment_score", pa.float32()),
            ("sentiment_confidence", pa.float32()),
            ("private", UNDERSTANDING_SCHEMA.field("private").type),
            ("emotions", UNDERSTANDING_SCHEMA.field("emotions").type),
            ("intents", UNDERSTANDING_SCHEMA.field("intents").type),
            ("cause", pa.string()),
            ("needs", UNDERSTANDING_SCHEMA.field("needs").type),
            ("urgency", pa.int8()),
            ("urgency_reasons", pa.list_(pa.string())),
            ("signals", UNDERSTANDING_SCHEMA.field("signals").type),
            ("fingerprint", pa.int64()),
            ("near_keys", pa.list_(pa.int64())),
            ("is_duplicate", pa.bool_()),
            ("is_spam", pa.bool_()),
            ("is_solicited", pa.bool_()),
            ("is_off_subject", pa.bool_()),
            ("useful", pa.float32()),
            ("model", pa.string()),
            ("taxonomy", pa.string()),
            ("conversation", CONVERSATION),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)

OPINIONS = TableSpec(
    name="opinions",
    schema=pa.schema(
        [
            ("feedback_id", pa.string()),
            ("revision", pa.int32()),
            ("is_current", pa.bool_()),
            ("channel", pa.string()),
            ("product", pa.string()),
            ("unit_id", pa.int64()),
            ("occurred_at", _TIME),
            ("stars", pa.float64()),
            ("aspect", pa.string()),
            ("aspect_name", pa.string()),
            ("polarity", pa.string()),
            ("term", pa.string()),
            ("opinion", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("confidence", pa.float32()),
            ("taxonomy", pa.string()),
            ("is_excluded", pa.bool_()),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)

REPLIES = TableSpec(
    name="replies",
    schema=pa.schema(
        [
            ("feedback_id", pa.string()),
            ("revision", pa.int32()),
            ("is_current", pa.bool_()),
            ("channel", pa.string()),
            ("unit_id", pa.int64()),
            ("occurred_at", _TIME),
            ("replied_at", _TIME),
            ("text", pa.string()),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)

TABLES = (RAW, FEEDBACK, OPINIONS, REPLIES)

LEFT_OUT = ("is_duplicate", "is_spam", "is_solicited", "is_off_subject")
"""The columns of `feedback` that keep a voice out of the figures."""
