"""One aspect (with all below it): figures, trend, ratings. Beside it: `aspect_units`, `aspect_reasons`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import Figure
from zhiyin.insight.local_days import EPOCH, local_day_number
from zhiyin.insight.queries.overview import STARS_RANGE
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.comparison import changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.people.scope import Scope

_VOICE = dialect.hash64("feedback_id")
_DAYS_BY_DAY = 62  # a longer period is drawn by weeks


class _TotalRow(msgspec.Struct, frozen=True, kw_only=True):
    is_now: bool
    n: int
    n_positive: int
    n_negative: int
    n_voices: int
    n_unhappy: int
    n_happy: int


class _DayRow(msgspec.Struct, frozen=True, kw_only=True):
    day_number: int
    n: int
    n_positive: int
    n_negative: int
    n_voices: int


class _SpanRow(msgspec.Struct, frozen=True, kw_only=True):
    oldest: datetime | None
    newest: datetime | None


class _StarsRow(msgspec.Struct, frozen=True, kw_only=True):
    whole_stars: int
    n: int
    sum_stars: float
    sum_squares: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectFigures:
    """Mentions and the voices behind them; a voice may be happy and unhappy at once."""

    n_mentions: int
    n_voices: int
    n_unhappy: int
    n_happy: int
    n_voices_before: int | None
    net_sentiment: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """The days from `first` to `last` (both included, in the reader's zone)."""

    first: date
    last: date
    n_voices: int
    net_sentiment: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class StarsShown:
    """How those who speak of it rate: voices by whole stars 1 to 5, and the mean."""

    counts: Mapping[int, int]
    mean: Figure


def get_aspect_figures(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> AspectFigures:
    """Figures of the opinions that `filter` names (its `aspects`). One pass over `opinions`."""
    chosen = select(scope, filter=filter, with_before=True)
    rows = run(
        connection,
        "aspect_total",
        row=_TotalRow,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        kept_opinions=chosen.kept_opinions,
        voice=_VOICE,
    )
    nothing = _TotalRow(is_now=True, n=0, n_positive=0, n_negative=0, n_voices=0, n_unhappy=0, n_happy=0)
    now = next((row for row in rows if row.is_now), nothing)
    before = next((row for row in rows if not row.is_now), nothing)
    has_before = filter.before_since is not None
    net = _net([now])
    change = changes(net, _net([before]))[0] if has_before else None
    return AspectFigures(
        n_mentions=now.n,
        n_voices=now.n_voices,
        n_unhappy=now.n_unhappy,
        n_happy=now.n_happy,
        n_voices_before=before.n_voices if has_before else None,
        net_sentiment=Figure.of(net.one(), change=change),
    )


def list_trend(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, zone: ZoneInfo
) -> list[TrendPoint]:
    """Opinions by day of the zone, by weeks from Monday on where the period is longer than two months.

    Days on which nobody spoke are there with zeros, from the first day of the period, or the first
    opinion, on.
    """
    chosen = select(scope, filter=filter)
    since, until = filter.since, filter.until
    if since is None or until is None:
        span = run(
            connection,
            "opinion_span",
            row=_SpanRow,
            parameters=chosen.parameters,
            kept_opinions=chosen.kept_opinions,
        )[0]
        if span.oldest is None or span.newest is None:
            return []
        since, until = since or span.oldest, until or span.newest + timedelta(microseconds=1)
    rows = run(
        connection,
        "opinion_days",
        row=_DayRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
        day_number=local_day_number("occurred_at", zone=zone, since=since, until=until),
        voice=_VOICE,
    )
    first = since.astimezone(zone).date()
    last = (until.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone).date()
    return _points(rows, spans=list_spans(first, last)) if rows else []


def list_spans(first: date, last: date) -> list[tuple[date, date]]:
    """The days one by one; whole weeks from Monday on, cut at both ends, where they are more than 62."""
    n_days = (last - first).days + 1
    if n_days <= _DAYS_BY_DAY:
        days = [first + timedelta(days=number) for number in range(n_days)]
        return [(day, day) for day in days]
    spans = []
    start = first
    while start <= last:
        end = min(start + timedelta(days=6 - start.weekday()), last)
        spans.append((start, end))
        start = end + timedelta(days=1)
    return spans


def _points(rows: Sequence[_DayRow], *, spans: Sequence[tuple[date, date]]) -> list[TrendPoint]:
    by_day = {EPOCH + timedelta(days=row.day_number): row for row in rows}
    sums = [[by_day[day] for day in _days(first, last) if day in by_day] for first, last in spans]
    nets = net_sentiment(
        [sum(row.n_positive for row in some) for some in sums],
        [sum(row.n_negative for row in some) for some in sums],
        [sum(row.n for row in some) for some in sums],
        n_voices=[sum(row.n_voices for row in some) for some in sums],
    )
    return [
        TrendPoint(
            first=first,
            last=last,
            n_voices=sum(row.n_voices for row in sums[place]),
            net_sentiment=Figure.of(nets[place]),
        )
        for place, (first, last) in enumerate(spans)
    ]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def get_stars(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> StarsShown:
    """Ratings of the voices behind these opinions, each voice once. One pass over `opinions`."""
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "opinion_stars",
        row=_StarsRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
        voice=_VOICE,
    )
    found = {row.whole_stars: row.n for row in rows}
    mean = mean_from_sums(
        sum(row.sum_stars for row in rows),
        sum(row.sum_squares for row in rows),
        sum(found.values()),
        bounds=STARS_RANGE,
    )
    return StarsShown(
        counts={stars: found.get(stars, 0) for stars in range(1, 6)}, mean=Figure.of(mean.one())
    )


def _net(rows: Sequence[_TotalRow]) -> Estimates:
    return net_sentiment(
        [row.n_positive for row in rows],
        [row.n_negative for row in rows],
        [row.n for row in rows],
        n_voices=[row.n_voices for row in rows],
    )
