"""Voices that wait for an answer: without a reply, without a case, and nobody is answering them yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
import pyarrow as pa

from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import list_channels
from zhiyin.people.scope import Scope
from zhiyin.respond.facts import CASE_EVENTS
from zhiyin.respond.models import CaseVoice, OutgoingAnswer
from zhiyin.respond.outbox.rules import ToAnswer, to_answer

_ROUNDS = 4


class WaitingVoice(msgspec.Struct, frozen=True, kw_only=True):
    """One voice of the list; `due_at`: when it should have its answer, `day`: where the lake keeps it."""

    feedback_id: str
    unit_id: int | None
    channel: str
    occurred_at: datetime
    due_at: datetime
    urgency: int
    stars: float | None
    sentiment: str | None
    day: date


@dataclass(frozen=True, slots=True)
class WaitingVoices:
    """Voices in their order, as columns: a page shows some of a thousand, and only those become objects."""

    columns: pa.Table

    def __len__(self) -> int:
        """How many there are."""
        n: int = self.columns.num_rows
        return n

    def due(self) -> list[datetime]:
        """When each should have its answer."""
        times: list[datetime] = self.columns["due_at"].to_pylist()
        return times

    def take(self, numbers: Sequence[int]) -> list[WaitingVoice]:
        """Those at these places."""
        if not numbers:
            return []
        return msgspec.convert(self.columns.take(list(numbers)).to_pylist(), type=list[WaitingVoice])


NO_VOICES = WaitingVoices(pa.table({"due_at": pa.array([], pa.timestamp("us", tz="UTC"))}))


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWish:
    """Which voices: of a channel, of that urgency at least, due before then; empty is any."""

    channel: str = ""
    urgency_least: int = 0
    due_before: datetime | None = None


def list_waiting(*, scope: Scope, wish: VoiceWish, now: datetime, limit: int) -> WaitingVoices:
    """The first `limit` voices that wait, those first that are due first. It reads some weeks, no more."""
    channels = list_channels_to_answer(wish)
    found: list[pa.Table] = []
    n_found = 0
    for number in range(_ROUNDS if channels else 0):
        some = _read(scope, channels=channels, wish=wish, now=now, offset=number * limit, limit=limit)
        found.append(_nobodys(some))
        n_found += found[-1].num_rows
        if n_found >= limit or some.num_rows < limit:
            break
    return WaitingVoices(pa.concat_tables(found)[:limit]) if found else NO_VOICES


def read_words(voices: Sequence[WaitingVoice]) -> Mapping[str, str]:
    """The beginning of what each says, masked, by id: of those shown alone, as words are dear to read."""
    if not voices:
        return {}
    sql = (
        "SELECT feedback_id, left(text, 160) FROM feedback"
        " WHERE is_current AND feedback_id IN (SELECT unnest($ids::VARCHAR[]))"
    )
    with open_lake().connect_days({"feedback": {one.day for one in voices}}) as connection:
        rows = connection.execute(sql, {"ids": [one.feedback_id for one in voices]}).fetchall()
    return dict(rows)


def list_channels_to_answer(wish: VoiceWish) -> list[str]:
    """Codes of the channels whose voices wait for answers. One query."""
    told = to_answer()
    return [
        one.code
        for one in list_channels()
        if one.kind in told.kinds and one.code not in told.but_not and wish.channel in ("", one.code)
    ]


def _nobodys(voices: pa.Table) -> pa.Table:
    """Without those that have a case or an answer, which the lake learns of a moment later or never."""
    ids: list[str] = voices["feedback_id"].to_pylist()
    taken = set(CaseVoice.objects.filter(feedback_id__in=ids).values_list("feedback_id", flat=True))
    replies = OutgoingAnswer.objects.filter(feedback_id__in=ids, is_reply=True).exclude(state="draft")
    taken.update(replies.values_list("feedback_id", flat=True))
    return voices.filter(pa.array([one not in taken for one in ids], pa.bool_())) if taken else voices


def _read(
    scope: Scope, *, channels: Sequence[str], wish: VoiceWish, now: datetime, offset: int, limit: int
) -> pa.Table:
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    told, lake = to_answer(), open_lake()
    since = now - timedelta(days=told.days)
    has_cases = CASE_EVENTS.name in lake.tables()
    where, values = _conditions(scope, channels=channels, wish=wish, since=since)
    first: date = values["day"]  # type: ignore[assignment]
    days = [first + timedelta(days=number) for number in range((now.date() - first).days + 2)]
    due = _due(told)
    if wish.due_before is not None:
        where += f" AND {due} < $due_before"
        values["due_before"] = wish.due_before
    if has_cases:
        where += f" AND feedback_id NOT IN (SELECT feedback_id FROM {CASE_EVENTS.name} WHERE day >= $day)"  # noqa: S608
    sql = (
        "SELECT feedback_id, unit_id, channel, occurred_at, urgency, stars, sentiment, day,"  # noqa: S608
        f" {due} AS due_at FROM feedback WHERE {where}"
        " ORDER BY due_at, feedback_id LIMIT $n OFFSET $skip"
    )
    values |= {"n": limit, "skip": offset}
    tables = ["feedback", "replies", *([CASE_EVENTS.name] if has_cases else [])]
    with lake.connect_days(dict.fromkeys(tables, days)) as connection:
        return connection.execute(sql, values).to_arrow_table()


def _conditions(
    scope: Scope, *, channels: Sequence[str], wish: VoiceWish, since: datetime
) -> tuple[str, dict[str, object]]:
    where = [
        "is_current AND NOT is_duplicate AND NOT is_spam AND NOT is_solicited",
        "is_off_subject IS NOT TRUE",
        # A day of receipt is never before the day of the words by more than a clock that is wrong.
        "occurred_at >= $since AND day >= $day",
        "channel IN (SELECT unnest($channels::VARCHAR[]))",
        # Four or five stars without words want no answer. Words have a language or, where they are too short
        # for one, a mood; to read both takes a tenth of what the words themselves would.
        "(language IS DISTINCT FROM 'und' OR sentiment IS NOT NULL OR stars IS NULL OR stars < 4)",
        # Replies and cases are never older than the voice that they are about.
        "feedback_id NOT IN (SELECT feedback_id FROM replies WHERE is_current AND day >= $day)",
    ]
    day: date = (since - timedelta(days=1)).date()
    values: dict[str, object] = {"since": since, "day": day, "channels": list(channels)}
    if scope.unit_ids is not None:
        where.append("unit_id IN (SELECT unnest($units::BIGINT[]))")
        values["units"] = sorted(scope.unit_ids)
    if wish.urgency_least:
        where.append("urgency >= $urgency")
        values["urgency"] = wish.urgency_least
    return " AND ".join(where), values


def _due(told: ToAnswer) -> str:
    cases = " ".join(f"WHEN {level} THEN {hours}" for level, hours in enumerate(told.hours))
    return f"(occurred_at + to_hours(CASE urgency {cases} ELSE {told.hours[0]} END))"
