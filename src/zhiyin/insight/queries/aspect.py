"""One aspect (with all below it): figures, trend, ratings. Beside it: `aspect_units`, `aspect_reasons`."""

from __future__ import annotations

from bisect import bisect_right
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

_DAYS_BY_DAY = 62  # a longer period is drawn by weeks


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    is_now: bool
    day_number: int
    whole_stars: int | None
    n_voices: int
    n_unhappy: int
    n_happy: int
    n: int
    n_positive: int
    n_negative: int
    sum_stars: float
    sum_squares: float


class _SpanRow(msgspec.Struct, frozen=True, kw_only=True):
    oldest: datetime | None
    newest: datetime | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Figures, course and ratings of the same opinions."""

    figures: AspectFigures
    trend: list[TrendPoint]
    stars: StarsShown


def get_story(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, zone: ZoneInfo
) -> Story:
    """The opinions that `filter` names (its `aspects`, its units): how many, how good, day by day.

    The course goes by days of the zone, by weeks from Monday on where the period is longer than two
    months; days on which nobody spoke are there with zeros. One pass over `opinions`.
    """
    since, until = _ends(connection, scope=scope, filter=filter)
    if since is None or until is None:
        return _tell([], spans=[], has_before=False)
    chosen = select(scope, filter=filter, with_before=True)
    rows = run(
        connection,
        "opinion_story",
        row=_Row,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        kept_opinions=chosen.kept_opinions,
        day_number=local_day_number(
            "occurred_at", zone=zone, since=filter.before_since or since, until=until
        ),
        voice=dialect.hash64("feedback_id"),
    )
    first = since.astimezone(zone).date()
    last = (until.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone).date()
    return _tell(rows, spans=list_spans(first, last), has_before=filter.before_since is not None)


def _ends(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter
) -> tuple[datetime | None, datetime | None]:
    """The period; where it is open, from the first opinion to the last."""
    if filter.since is not None and filter.until is not None:
        return filter.since, filter.until
    chosen = select(scope, filter=filter)
    span = run(
        connection,
        "opinion_span",
        row=_SpanRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
    )[0]
    newest = span.newest + timedelta(microseconds=1) if span.newest else None
    return filter.since or span.oldest, filter.until or newest


def _tell(rows: Sequence[_Row], *, spans: Sequence[tuple[date, date]], has_before: bool) -> Story:
    now = [row for row in rows if row.is_now]
    before = [row for row in rows if not row.is_now]
    net = _net([now])
    change = changes(net, _net([before]))[0] if has_before else None
    return Story(
        figures=AspectFigures(
            n_mentions=sum(row.n for row in now),
            n_voices=sum(row.n_voices for row in now),
            n_unhappy=sum(row.n_unhappy for row in now),
            n_happy=sum(row.n_happy for row in now),
            n_voices_before=sum(row.n_voices for row in before) if has_before else None,
            net_sentiment=Figure.of(net.one(), change=change),
        ),
        trend=_points(now, spans=spans) if now else [],
        stars=_stars(now),
    )


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


def _points(rows: Sequence[_Row], *, spans: Sequence[tuple[date, date]]) -> list[TrendPoint]:
    starts = [first for first, _ in spans]
    sums: list[list[_Row]] = [[] for _ in spans]
    for row in rows:
        place = bisect_right(starts, EPOCH + timedelta(days=row.day_number)) - 1
        # A clock that was put back can lie a day outside.
        sums[min(max(place, 0), len(spans) - 1)].append(row)
    nets = _net(sums)
    return [
        TrendPoint(
            first=first,
            last=last,
            n_voices=sum(row.n_voices for row in sums[place]),
            net_sentiment=Figure.of(nets[place]),
        )
        for place, (first, last) in enumerate(spans)
    ]


def _stars(rows: Sequence[_Row]) -> StarsShown:
    found = {stars: sum(row.n_voices for row in rows if row.whole_stars == stars) for stars in range(1, 6)}
    mean = mean_from_sums(
        sum(row.sum_stars for row in rows),
        sum(row.sum_squares for row in rows),
        sum(found.values()),
        bounds=STARS_RANGE,
    )
    return StarsShown(counts=found, mean=Figure.of(mean.one()))


def _net(groups: Sequence[Sequence[_Row]]) -> Estimates:
    return net_sentiment(
        [sum(row.n_positive for row in rows) for rows in groups],
        [sum(row.n_negative for row in rows) for rows in groups],
        [sum(row.n for row in rows) for rows in groups],
        n_voices=[sum(row.n_voices for row in rows) for rows in groups],
    )
