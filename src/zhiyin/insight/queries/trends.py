"""How voices and net sentiment go from day to day, in days of the reader's zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import msgspec

from zhiyin.insight.board import Figure
from zhiyin.insight.local_days import EPOCH, local_day_number
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.people.scope import Scope

SENTIMENTS = ("negative", "positive", "mixed", "neutral")
_MAX_DAYS_BY_DAY = 92
_MAX_DAYS_BY_WEEK = 731


class TrendPoint(msgspec.Struct, frozen=True, kw_only=True):
    """The voices of the days from `first_day` to `last_day`, both within the period.

    `sentiments` counts voices by sentiment; those whose words show none are in `n` only.
    """

    first_day: date
    last_day: date
    n: int
    sentiments: dict[str, int]
    net_sentiment: Figure


class _DayRow(msgspec.Struct, frozen=True, kw_only=True):
    day_number: int
    sentiment: str | None
    n: int


class _MentionRow(msgspec.Struct, frozen=True, kw_only=True):
    day_number: int
    polarity: str
    n: int


@dataclass(slots=True)
class _Bucket:
    """What was counted within one point."""

    first_day: date
    last_day: date
    voices: dict[str | None, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)


def list_trend(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
) -> list[TrendPoint]:
    """A point a day up to three months, a week (from Monday) up to two years, else a month; none left out.

    `since` to before `until` is what the points span; give the filter's own ends, or those of the
    voices found where it has none. One pass over `feedback` and one over `opinions`.
    """
    chosen = select(scope, filter=filter)
    first, last = (
        since.astimezone(zone).date(),
        (until - timedelta(microseconds=1)).astimezone(zone).date(),
    )
    buckets = _make_buckets(first, last)
    by_day = {day: bucket for bucket in buckets for day in _days(bucket.first_day, bucket.last_day)}
    day_number = local_day_number("occurred_at", zone=zone, since=since, until=until)
    for row in _list_voices(connection, chosen=chosen, day_number=day_number):
        voices = by_day[_held(row.day_number, first, last)].voices
        voices[row.sentiment] = voices.get(row.sentiment, 0) + row.n
    for mention in _list_mentions(connection, chosen=chosen, day_number=day_number):
        mentions = by_day[_held(mention.day_number, first, last)].mentions
        mentions[mention.polarity] = mentions.get(mention.polarity, 0) + mention.n
    return _points(buckets)


def _list_voices(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, day_number: str
) -> list[_DayRow]:
    return run(
        connection,
        "trend_voices",
        row=_DayRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        day_number=day_number,
    )


def _list_mentions(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, day_number: str
) -> list[_MentionRow]:
    return run(
        connection,
        "trend_mentions",
        row=_MentionRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
        day_number=day_number,
    )


def _held(day_number: int, first: date, last: date) -> date:
    """The day, within the points: voices may come in while two statements run."""
    return min(max(EPOCH + timedelta(days=day_number), first), last)


def _make_buckets(first: date, last: date) -> list[_Bucket]:
    buckets = []
    start = first
    n_days = (last - first).days + 1
    while start <= last:
        end = min(_end_of(start, n_days=n_days), last)
        buckets.append(_Bucket(start, end))
        start = end + timedelta(days=1)
    return buckets


def _end_of(start: date, *, n_days: int) -> date:
    """Last day of the point that holds `start`."""
    if n_days <= _MAX_DAYS_BY_DAY:
        return start
    if n_days <= _MAX_DAYS_BY_WEEK:
        return start + timedelta(days=6 - start.weekday())
    next_month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return next_month - timedelta(days=1)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _points(buckets: list[_Bucket]) -> list[TrendPoint]:
    n_mentions = [sum(bucket.mentions.values()) for bucket in buckets]
    judged = [sum(n for name, n in bucket.voices.items() if name is not None) for bucket in buckets]
    nets = net_sentiment(
        [bucket.mentions.get("positive", 0) for bucket in buckets],
        [bucket.mentions.get("negative", 0) for bucket in buckets],
        n_mentions,
        # Without a judged voice the mentions themselves are all there is to count.
        n_voices=[of_voices or n for of_voices, n in zip(judged, n_mentions, strict=True)],
    )
    return [
        TrendPoint(
            first_day=bucket.first_day,
            last_day=bucket.last_day,
            n=sum(bucket.voices.values()),
            sentiments={name: bucket.voices.get(name, 0) for name in SENTIMENTS},
            net_sentiment=Figure.of(net),
        )
        for bucket, net in zip(buckets, nets, strict=True)
    ]
