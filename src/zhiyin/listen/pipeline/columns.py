"""Voices and what was understood of them, as the Arrow tables of `facts`; columns, never rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.engine.protocols import TableSpec
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import author_keys
from zhiyin.listen.facts import FEEDBACK, LEFT_OUT, OPINIONS, RAW, REPLIES
from zhiyin.listen.items import FeedbackIn, RatingIn
from zhiyin.listen.pipeline.masking import cover_author
from zhiyin.listen.pipeline.voices import Voice
from zhiyin.listen.records.order_keys import ORDER_PURPOSE, order_name
from zhiyin.listen.services.channels import DEFAULT_CHANNEL

RAW_CONTEXT = b"raw-item"
_MS_A_DAY = 86_400_000
_TIME = pa.timestamp("us", tz="UTC")
JUDGED = (
    *("language", "emotions", "intents", "cause", "needs", "signals"),
    *("sentiment", "sentiment_score", "sentiment_confidence", "urgency", "urgency_reasons"),
    *("is_spam", "is_solicited", "is_off_subject", "useful", "model", "taxonomy"),
)
"""The columns of `feedback` that hang on model and taxonomy."""

_FROM_BASE = ("feedback_id", "revision", "is_current", "channel", "unit_id", "occurred_at", "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows for one lake table, and beside each its log sequence, by which a repetition is told."""

    spec: TableSpec
    table: pa.Table
    sequences: pa.Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What was understood of the voices, row by row: the analyser's columns, and the rest.

    `is_copy`: another voice said the same words before. `reply_texts`: masked, None without a reply.
    `conversations`: the column of the same name, null without turns.
    """

    understood: pa.Table
    is_copy: list[bool]
    unit_ids: list[int | None]
    reply_texts: list[str | None]
    conversations: pa.Array


def said_text(item: FeedbackIn) -> str:
    """What the customer said: the text, then the customer's turns; the author's own data covered."""
    turns = [turn.text for turn in item.turns if turn.speaker == "customer" and turn.text]
    said = "\n".join([item.text, *turns] if item.text else turns) if turns else item.text
    return cover_author(said, item.author)


def channel_of(item: FeedbackIn) -> str:
    """The channel, or the one for voices that name none."""
    return item.channel or DEFAULT_CHANNEL


def day_of(feedback_id: str) -> int:
    """Days since 1970 of the day in a UUIDv7, which is its day of receipt in UTC."""
    return int(feedback_id[:8] + feedback_id[9:13], 16) // _MS_A_DAY


def stars_of(rating: RatingIn) -> float:
    """The rating on a scale of 1 to 5."""
    return 1.0 + 4.0 * (rating.value - rating.worst) / (rating.best - rating.worst)


def build_raw(voices: Sequence[Voice], *, vault: Vault) -> Rows:
    """The `raw` rows, payloads encrypted."""
    raws = [voice.entry.raw for voice in voices]
    payloads = vault.encrypt_many([raw.payload for raw in raws], context=RAW_CONTEXT)
    columns = {
        "feedback_id": pa.array([voice.feedback_id for voice in voices], pa.string()),
        "revision": pa.array([voice.revision for voice in voices], pa.int32()),
        "sequence": pa.array([voice.sequence for voice in voices], pa.int64()),
        "received_at": _times([raw.received_at for raw in raws]),
        "source": pa.array([raw.source for raw in raws], pa.string()),
        "connector": pa.array([raw.connector for raw in raws], pa.string()),
        "connector_version": pa.array([raw.connector_version for raw in raws], pa.string()),
        "payload": pa.array(payloads, pa.binary()),
        "day": _days(voices),
    }
    return Rows(spec=RAW, table=_table(RAW, columns), sequences=columns["sequence"])


def build_facts(voices: Sequence[Voice], meaning: Meaning, *, vault: Vault) -> list[Rows]:
    """The rows of `feedback`, `opinions` and `replies`."""
    feedback = _build_feedback(voices, meaning, vault=vault)
    return [
        feedback,
        build_opinions(feedback, meaning.understood),
        _build_replies(feedback, voices, meaning),
    ]


def _build_feedback(voices: Sequence[Voice], meaning: Meaning, *, vault: Vault) -> Rows:
    columns = _said(voices, vault=vault) | _understood(meaning)
    columns |= judge(meaning.understood, stars=columns["stars"])
    columns["unit_id"] = pa.array(meaning.unit_ids, pa.int64())
    columns["conversation"] = meaning.conversations
    return Rows(spec=FEEDBACK, table=_table(FEEDBACK, columns), sequences=columns["sequence"])


def _said(voices: Sequence[Voice], *, vault: Vault) -> dict[str, pa.Array]:
    items = [voice.entry.item for voice in voices]
    raws = [voice.entry.raw for voice in voices]
    ratings = [item.rating for item in items]
    moments = [item.occurred_at or raw.received_at for item, raw in zip(items, raws, strict=True)]
    return {
        "feedback_id": pa.array([voice.feedback_id for voice in voices], pa.string()),
        "revision": pa.array([voice.revision for voice in voices], pa.int32()),
        "is_current": pa.array([voice.replaced_by_sequence is None for voice in voices], pa.bool_()),
        "sequence": pa.array([voice.sequence for voice in voices], pa.int64()),
        "source": pa.array([raw.source for raw in raws], pa.string()),
        "channel": pa.array([channel_of(item) for item in items], pa.string()),
        "touchpoint": pa.array([item.touchpoint for item in items], pa.string()),
        "product": pa.array([item.product for item in items], pa.string()),
        "author_key": pa.array(_author_keys(voices, vault=vault), pa.string()),
        "order_key": pa.array(_order_keys(items, vault=vault), pa.string()),
        "occurred_at": _times(moments),
        "received_at": _times([raw.received_at for raw in raws]),
        "rating": pa.array([None if one is None else one.value for one in ratings], pa.float64()),
        "rating_scale": pa.array([None if one is None else one.best for one in ratings], pa.float64()),
        "stars": pa.array([None if one is None else stars_of(one) for one in ratings], pa.float64()),
        "n_turns": pa.array([len(item.turns) for item in items], pa.int32()),
        "n_media": pa.array([len(item.media) for item in items], pa.int32()),
        "day": _days(voices),
    }


def _author_keys(voices: Sequence[Voice], *, vault: Vault) -> list[str | None]:
    items = [voice.entry.item for voice in voices]
    return author_keys(
        [item.author for item in items],
        sources=[voice.entry.raw.source for voice in voices],
        order_ids=[item.order_id for item in items],
        vault=vault,
    )


def _order_keys(items: Sequence[FeedbackIn], *, vault: Vault) -> list[str | None]:
    names = [order_name(item.order_id) if item.order_id else None for item in items]
    keys = iter(vault.blind_index_many([name for name in names if name], purpose=ORDER_PURPOSE))
    return [next(keys).hex() if name else None for name in names]


def _understood(meaning: Meaning) -> dict[str, pa.Array]:
    understood = meaning.understood
    quality = _column(understood, "quality")
    return {
        "text": _column(understood, "masked_text"),
        "private": _column(understood, "private"),
        "fingerprint": pc.struct_field(quality, "fingerprint"),
        "near_keys": pc.struct_field(quality, "near_keys"),
        "is_duplicate": pa.array(meaning.is_copy, pa.bool_()),
    }


def judge(understood: pa.Table, *, stars: pa.Array | pa.ChunkedArray) -> dict[str, pa.Array]:
    """The columns `JUDGED`. Who gives stars speaks of something, whatever the words."""
    sentiment, quality = _column(understood, "sentiment"), _column(understood, "quality")
    urgency, model = _column(understood, "urgency"), _column(understood, "model")
    return {
        **{name: _column(understood, name) for name in ("language", "emotions", "intents")},
        **{name: _column(understood, name) for name in ("cause", "needs", "signals")},
        "sentiment": pc.struct_field(sentiment, "label"),
        "sentiment_score": pc.struct_field(sentiment, "score"),
        "sentiment_confidence": pc.struct_field(sentiment, "confidence"),
        "urgency": pc.struct_field(urgency, "level"),
        "urgency_reasons": pc.struct_field(urgency, "reasons"),
        "is_spam": pc.struct_field(quality, "spam"),
        "is_solicited": pc.struct_field(quality, "solicited"),
        "is_off_subject": pc.and_(pc.struct_field(quality, "off_subject"), pc.is_null(stars)),
        "useful": pc.struct_field(quality, "useful"),
        "model": pc.struct_field(model, "model"),
        "taxonomy": pc.struct_field(model, "taxonomy"),
    }


def build_opinions(feedback: Rows, understood: pa.Table) -> Rows:
    """The rows of `opinions` for those of `feedback`, of which these are the analyser's columns."""
    lists = _column(understood, "opinions")
    parents, opinions = pc.list_parent_indices(lists), pc.list_flatten(lists)
    wanted = (*_FROM_BASE, "product", "stars", "taxonomy")
    base = feedback.table.select([*wanted, *LEFT_OUT]).take(parents)
    columns = {name: base.column(name) for name in wanted}
    columns |= {
        field.name: pc.struct_field(opinions, field.name)
        for field in opinions.type
        if field.name in OPINIONS.schema.names
    }
    columns["is_excluded"] = reduce(pc.or_, [base.column(name) for name in LEFT_OUT])
    return Rows(spec=OPINIONS, table=_table(OPINIONS, columns), sequences=feedback.sequences.take(parents))


def _build_replies(feedback: Rows, voices: Sequence[Voice], meaning: Meaning) -> Rows:
    texts = pa.array(meaning.reply_texts, pa.string())
    has_reply = pc.is_valid(texts)
    base = feedback.table.select(list(_FROM_BASE)).filter(has_reply)
    replies = [voice.entry.item.reply for voice in voices]
    columns = {name: base.column(name) for name in _FROM_BASE}
    columns["replied_at"] = _times([reply.at if reply else None for reply in replies]).filter(has_reply)
    columns["text"] = texts.filter(has_reply)
    return Rows(spec=REPLIES, table=_table(REPLIES, columns), sequences=feedback.sequences.filter(has_reply))


def _table(spec: TableSpec, columns: dict[str, pa.Array]) -> pa.Table:
    return pa.table([columns[name] for name in spec.schema.names], schema=spec.schema)


def _column(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _times(moments: Sequence[datetime | None]) -> pa.Array:
    return pa.array(moments, _TIME)


def _days(voices: Sequence[Voice]) -> pa.Array:
    return pa.array([day_of(voice.feedback_id) for voice in voices], pa.int32()).cast(pa.date32())
