"""What a batch of things said looks like, and voices in the API's form as such a batch."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from zhiyin.listen.importers.tables import Chunk
from zhiyin.listen.items import FeedbackIn, RatingIn

FILE_ZONE = ZoneInfo("Asia/Shanghai")  # times without a zone are Beijing's, as everywhere in listening

SAID_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("text", pa.string()),
        ("unit", pa.string()),
        ("channel", pa.string()),
        ("rating", pa.float64()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
    ]
)


def native_said(chunk: Chunk) -> pa.RecordBatch:
    """The voices of a chunk of a native table, `row` null; a faulty one is an empty text."""
    voices = [_voice(row[0]) for row in chunk.rows]
    columns = [
        pa.nulls(len(voices), pa.int64()),
        pa.array([_words(voice) for voice in voices], pa.string()),
        pa.array([voice.unit and (voice.unit.name or voice.unit.code) for voice in voices], pa.string()),
        pa.array([voice.channel for voice in voices], pa.string()),
        pa.array([_stars(voice.rating) for voice in voices], pa.float64()),
        pa.array([_zoned(voice.occurred_at) for voice in voices], SAID_SCHEMA.field("occurred_at").type),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SAID_SCHEMA)


def stars(rating: RatingIn) -> float:
    """The rating on a scale of 1 to 5."""
    return 1.0 + 4.0 * (rating.value - rating.worst) / (rating.best - rating.worst)


def _stars(rating: RatingIn | None) -> float | None:
    return stars(rating) if rating is not None and rating.best != rating.worst else None


def _voice(value: object) -> FeedbackIn:
    try:
        return msgspec.convert(value, FeedbackIn)
    except msgspec.ValidationError:
        return FeedbackIn(external_id="")


def _words(voice: FeedbackIn) -> str:
    turns = [turn.text for turn in voice.turns if turn.speaker == "customer"]
    return "\n".join(filter(None, [voice.text, *turns]))


def _zoned(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=FILE_ZONE) if time is not None and time.tzinfo is None else time
