"""Reads voices from the lake: a page of them, or one with all that is known; masked texts only."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import duckdb
import msgspec

from zhiyin.engine.protocols import Lake
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.pipeline.columns import day_of
from zhiyin.people.scope import Scope
from zhiyin.understand.contract import Emotion, Intent, Need, Private, Sentiment, Signal

MAX_LIMIT = 1_000
_EPOCH = date(1970, 1, 1)
_COLUMNS = (
    "feedback_id, revision, source, channel, touchpoint, product, unit_id, occurred_at, received_at,"
    " rating, rating_scale, stars, n_turns, n_media, text, language, sentiment, sentiment_score, cause,"
    " urgency, urgency_reasons, is_duplicate, is_spam, is_solicited, is_off_subject, private,"
    " emotions, intents, needs, signals, model, taxonomy"
)


class FeedbackOut(msgspec.Struct, frozen=True, kw_only=True):
    """One voice as it stands now. `text` is masked; times are UTC; `stars` lie between 1 and 5."""

    feedback_id: str
    revision: int
    source: str
    channel: str
    touchpoint: str | None
    product: str | None
    unit_id: int | None
    occurred_at: datetime
    received_at: datetime
    rating: float | None
    rating_scale: float | None
    stars: float | None
    n_turns: int
    n_media: int
    text: str
    language: str | None
    sentiment: str | None
    sentiment_score: float | None
    cause: str | None
    urgency: int
    urgency_reasons: list[str]
    is_duplicate: bool
    is_spam: bool
    is_solicited: bool
    is_off_subject: bool | None
    private: list[Private]
    emotions: list[Emotion]
    intents: list[Intent]
    needs: list[Need]
    signals: list[Signal]
    model: str
    taxonomy: str


class OpinionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing spoken of; offsets are code points in the text."""

    aspect: str
    aspect_name: str
    polarity: str
    term: str
    opinion: str
    start: int
    end: int
    confidence: float


class RevisionOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the voice said in one of its versions."""

    revision: int
    received_at: datetime
    text: str
    stars: float | None


class ReplyOut(msgspec.Struct, frozen=True, kw_only=True):
    """The company's answer, masked."""

    text: str
    replied_at: datetime | None


class FeedbackDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A voice with its opinions, the company's reply, and its versions from the first on."""

    feedback: FeedbackOut
    opinions: list[OpinionOut]
    reply: ReplyOut | None
    revisions: list[RevisionOut]


class FeedbackPage(msgspec.Struct, frozen=True, kw_only=True):
    """Voices, the latest first; `next_cursor` is None at the end."""

    items: list[FeedbackOut]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackFilter:
    """Which voices: said from `since` to before `until`, in a channel, at one of the units."""

    since: datetime | None = None
    until: datetime | None = None
    channel: str | None = None
    unit_ids: frozenset[int] | None = None


def list_feedback(
    lake: Lake, *, scope: Scope, wanted: FeedbackFilter, limit: int = 100, cursor: str | None = None
) -> FeedbackPage:
    """At most `limit` (1 to 1,000) current voices within the scope, the latest said first.

    Raises:
        InvalidInput: the cursor is none of ours, or the limit is out of range.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"A page holds 1 to {MAX_LIMIT} voices.", field="limit")
    where, values = _conditions(scope, wanted)
    if cursor is not None:
        where += " AND (occurred_at, feedback_id) < (?::TIMESTAMPTZ, ?)"
        values += _read_cursor(cursor)
    with lake.connect("feedback") as connection:
        # First two narrow columns of all rows, then the wide ones of the page alone.
        keys = connection.execute(
            f"SELECT occurred_at, feedback_id, day FROM feedback WHERE {where}"  # noqa: S608
            " ORDER BY occurred_at DESC, feedback_id DESC LIMIT ?",
            [*values, limit + 1],
        ).fetchall()
        page = keys[:limit]
        items = read_voices(connection, [row[1] for row in page], days=[row[2] for row in page])
    has_more = len(keys) > limit
    return FeedbackPage(
        items=items, next_cursor=_write_cursor(page[-1][0], page[-1][1]) if has_more else None
    )


def get_feedback(lake: Lake, *, feedback_id: str, scope: Scope) -> FeedbackDetail:
    """The voice of that id with opinions, reply and versions.

    Raises:
        NotFound: there is none within the scope, or it is not processed yet.
    """
    day = day_in(feedback_id)
    at = [day, feedback_id]
    with lake.connect("feedback", "opinions", "replies") as connection:
        found = read_voices(connection, [feedback_id], days=[day])
        if not found or not scope.allows(found[0].unit_id):
            raise _not_found()
        opinions = _records(
            connection,
            'SELECT aspect, aspect_name, polarity, term, opinion, start, "end", confidence FROM opinions'
            ' WHERE day = ? AND feedback_id = ? AND is_current ORDER BY start, "end"',
            at,
        )
        replies = _records(
            connection,
            "SELECT text, replied_at FROM replies WHERE day = ? AND feedback_id = ? AND is_current",
            at,
        )
        revisions = _records(
            connection,
            "SELECT revision, received_at, text, stars FROM feedback"
            " WHERE day = ? AND feedback_id = ? ORDER BY revision",
            at,
        )
    return FeedbackDetail(
        feedback=found[0],
        opinions=msgspec.convert(opinions, list[OpinionOut]),
        reply=msgspec.convert(replies[0], ReplyOut) if replies else None,
        revisions=msgspec.convert(revisions, list[RevisionOut]),
    )


def get_sentiment(lake: Lake, *, feedback_id: str) -> Sentiment | None:
    """The sentiment of a voice that was read within the asker's scope, with its confidence.

    Raises:
        NotFound: there is no such voice.
    """
    with lake.connect("feedback") as connection:
        found = connection.execute(
            "SELECT sentiment, sentiment_score, sentiment_confidence FROM feedback"
            " WHERE day = ? AND feedback_id = ? AND is_current",
            [day_in(feedback_id), feedback_id],
        ).fetchone()
    if found is None:
        raise _not_found()
    label, score, confidence = found
    if label is None:
        return None
    return msgspec.convert(
        {"label": label, "score": score or 0.0, "confidence": confidence or 0.0}, Sentiment
    )


def _conditions(scope: Scope, wanted: FeedbackFilter) -> tuple[str, list[object]]:
    conditions, values = ["is_current"], list[object]()
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    narrowed = scope if wanted.unit_ids is None else scope.narrowed_to(wanted.unit_ids)
    if narrowed.unit_ids is not None:
        conditions.append("unit_id IN (SELECT unnest(?::BIGINT[]))")
        values.append(sorted(narrowed.unit_ids))
    for condition, value in (
        ("occurred_at >= ?", wanted.since),
        ("occurred_at < ?", wanted.until),
        ("channel = ?", wanted.channel),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    return " AND ".join(conditions), values


def read_voices(
    connection: duckdb.DuckDBPyConnection, ids: list[str], *, days: list[date]
) -> list[FeedbackOut]:
    """The current voices of these ids and days, the latest said first. The caller has checked the scope."""
    if not ids:
        return []
    rows = _records(
        connection,
        f"SELECT {_COLUMNS} FROM feedback WHERE day IN ({write_days(days)})"  # noqa: S608
        " AND is_current AND feedback_id IN (SELECT unnest(?::VARCHAR[]))"
        " ORDER BY occurred_at DESC, feedback_id DESC",
        [ids],
    )
    return msgspec.convert(rows, list[FeedbackOut])


def write_days(days: Iterable[date]) -> str:
    """The days as SQL of dates written out, so that DuckDB opens the folders of these days alone."""
    return ", ".join(f"DATE '{day.isoformat()}'" for day in sorted(set(days)))


def _records(
    connection: duckdb.DuckDBPyConnection, query: str, values: list[object]
) -> list[dict[str, object]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def day_in(feedback_id: str) -> date:
    """The day of receipt in UTC that the id names. Raises: `NotFound` for what is no such id."""
    try:
        if str(UUID(feedback_id)) != feedback_id:
            raise _not_found()
        return _EPOCH + timedelta(days=day_of(feedback_id))
    except (ValueError, OverflowError):
        raise _not_found() from None


def _not_found() -> NotFound:
    return NotFound("There is no such voice.", next_step="A voice can be read about a second after it came.")


def _write_cursor(occurred_at: datetime, feedback_id: str) -> str:
    plain = f"{occurred_at.astimezone(UTC).isoformat()} {feedback_id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> list[object]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _, feedback_id = plain.partition(" ")
        return [datetime.fromisoformat(moment), str(UUID(feedback_id))]
    except (binascii.Error, ValueError):
        raise InvalidInput(
            "The cursor is not one of ours.", next_step="Begin without a cursor.", field="cursor"
        ) from None
