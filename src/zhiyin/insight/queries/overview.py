"""How many voices there are, how they rate and what they feel."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import msgspec

from zhiyin.insight.board import Figure, Period, Sentiments, Voices
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.comparison import changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

STARS_RANGE = (1.0, 5.0)
_LABELS = ("positive", "neutral", "negative", "mixed")


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Period, voices, mean rating in stars (1 to 5) and sentiments.

    `n_all` counts the voices left out too, `n_judged_before` those of the period before that show a
    sentiment.
    """

    period: Period
    voices: Voices
    rating: Figure
    sentiments: Sentiments
    n_all: int
    n_judged_before: int | None


class _GroupRow(msgspec.Struct, frozen=True, kw_only=True):
    is_now: bool
    is_duplicate: bool | None
    is_spam: bool | None
    is_solicited: bool | None
    is_off_subject: bool | None
    sentiment: str | None
    n: int
    n_rated: int
    sum_stars: float | None
    sum_squares: float | None
    oldest: datetime | None
    newest: datetime | None


@dataclass(slots=True, kw_only=True)
class _Totals:
    """Groups put together; `n_all` counts those left out too."""

    n_all: int = 0
    n_duplicates: int = 0
    n_spam: int = 0
    n_solicited: int = 0
    n_off_subject: int = 0
    n: int = 0
    n_rated: int = 0
    sum_stars: float = 0.0
    sum_squares: float = 0.0
    sentiments: Counter[str] = field(default_factory=Counter)
    oldest: datetime | None = None
    newest: datetime | None = None

    def add(self, group: _GroupRow, *, include_excluded: bool) -> None:
        self.n_all += group.n
        self.n_duplicates += group.n if group.is_duplicate else 0
        self.n_spam += group.n if group.is_spam else 0
        self.n_solicited += group.n if group.is_solicited else 0
        self.n_off_subject += group.n if group.is_off_subject else 0
        is_left_out = group.is_duplicate or group.is_spam or group.is_solicited or group.is_off_subject
        if not is_left_out or include_excluded:
            self._count(group)

    def _count(self, group: _GroupRow) -> None:
        self.n += group.n
        self.n_rated += group.n_rated
        self.sum_stars += group.sum_stars or 0.0
        self.sum_squares += group.sum_squares or 0.0
        if group.sentiment is not None:
            self.sentiments[group.sentiment] += group.n
        self.oldest = min(filter(None, (self.oldest, group.oldest)), default=None)
        self.newest = max(filter(None, (self.newest, group.newest)), default=None)


def get_overview(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter | None = None
) -> Overview:
    """Counts, rating and sentiments of the period, against the one before where the filter has both ends.

    One pass over `feedback`. Zeros and None where there is nothing.
    """
    wanted = filter or VoiceFilter()
    chosen = select(scope, filter=wanted, with_before=True)
    rows = run(
        connection,
        "totals",
        row=_GroupRow,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        all_voices=chosen.all_voices,
    )
    now, before = _Totals(), _Totals()
    for row in rows:
        (now if row.is_now else before).add(row, include_excluded=wanted.counts_all)
    has_before = wanted.before_since is not None
    return Overview(
        period=_period(wanted, found=now),
        voices=_voices(now, n_before=before.n if has_before else None),
        rating=_rating(now, before=before if has_before else None),
        sentiments=_sentiments(now, before=before if has_before else None),
        n_all=now.n_all,
        n_judged_before=before.sentiments.total() if has_before else None,
    )


def _period(wanted: VoiceFilter, *, found: _Totals) -> Period:
    return Period(
        since=wanted.since,
        until=wanted.until,
        before_since=wanted.before_since,
        oldest=found.oldest.astimezone(UTC) if found.oldest else None,
        newest=found.newest.astimezone(UTC) if found.newest else None,
    )


def _voices(now: _Totals, *, n_before: int | None) -> Voices:
    return Voices(
        n=now.n,
        n_before=n_before,
        n_judged=now.sentiments.total(),
        n_excluded=now.n_all - now.n,
        n_duplicates=now.n_duplicates,
        n_spam=now.n_spam,
        n_solicited=now.n_solicited,
        n_off_subject=now.n_off_subject,
    )


def _mean_stars(found: _Totals) -> Estimates:
    return mean_from_sums(found.sum_stars, found.sum_squares, found.n_rated, bounds=STARS_RANGE)


def _rating(now: _Totals, *, before: _Totals | None) -> Figure:
    estimates = _mean_stars(now)
    change = changes(estimates, _mean_stars(before))[0] if before else None
    return Figure.of(estimates.one(), change=change)


def _sentiments(now: _Totals, *, before: _Totals | None) -> Sentiments:
    shares = _shares(now)
    found = changes(shares, _shares(before)) if before else [None] * len(shares)
    figures = [Figure.of(share, change=change) for share, change in zip(shares, found, strict=True)]
    positive, neutral, negative, mixed = figures
    return Sentiments(positive=positive, neutral=neutral, negative=negative, mixed=mixed)


def _shares(found: _Totals) -> Estimates:
    return proportion([found.sentiments[label] for label in _LABELS], found.sentiments.total())
