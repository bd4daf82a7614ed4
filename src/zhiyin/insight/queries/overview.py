"""How many voices there are, how they rate and what they feel."""

from __future__ import annotations

from datetime import datetime

import duckdb
import msgspec
import numpy as np

from zhiyin.insight.board import Figure, Period, Sentiments, Voices
from zhiyin.insight.selection import BoardFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.comparison import changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.means import mean_from_moments
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

STARS_RANGE = (1.0, 5.0)


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


class _Totals(msgspec.Struct, frozen=True, kw_only=True):
    is_now: bool
    n_all: int = 0
    n_duplicates: int = 0
    n_spam: int = 0
    n_solicited: int = 0
    n: int = 0
    n_rated: int = 0
    mean_stars: float | None = None
    variance_stars: float | None = None
    n_judged: int = 0
    n_positive: int = 0
    n_neutral: int = 0
    n_negative: int = 0
    n_mixed: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None


def get_overview(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: BoardFilter | None = None
) -> Overview:
    """Counts, rating and sentiments of the period, against the one before where the filter has both ends.

    One pass over `feedback`. Zeros and None where there is nothing.
    """
    wanted = filter or BoardFilter()
    chosen = select(scope, filter=wanted, with_before=True)
    rows = run(
        connection,
        "totals",
        row=_Totals,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        is_kept=chosen.is_kept,
        all_voices=chosen.all_voices,
    )
    by_period = {row.is_now: row for row in rows}
    now = by_period.get(True, _Totals(is_now=True))
    before = by_period.get(False, _Totals(is_now=False))
    has_before = wanted.before_since is not None
    return Overview(
        period=_period(wanted, found=now),
        voices=_voices(now, n_before=before.n if has_before else None),
        rating=_rating(now, before=before if has_before else None),
        sentiments=_sentiments(now, before=before if has_before else None),
        n_all=now.n_all,
        n_judged_before=before.n_judged if has_before else None,
    )


def _period(wanted: BoardFilter, *, found: _Totals) -> Period:
    return Period(
        since=wanted.since,
        until=wanted.until,
        before_since=wanted.before_since,
        oldest=found.oldest,
        newest=found.newest,
    )


def _voices(now: _Totals, *, n_before: int | None) -> Voices:
    return Voices(
        n=now.n,
        n_before=n_before,
        n_judged=now.n_judged,
        n_excluded=now.n_all - now.n,
        n_duplicates=now.n_duplicates,
        n_spam=now.n_spam,
        n_solicited=now.n_solicited,
    )


def _mean_stars(row: _Totals) -> Estimates:
    mean = np.nan if row.mean_stars is None else row.mean_stars
    variance = np.nan if row.variance_stars is None else row.variance_stars
    return mean_from_moments(mean, variance, row.n_rated, bounds=STARS_RANGE)


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


def _shares(row: _Totals) -> Estimates:
    return proportion([row.n_positive, row.n_neutral, row.n_negative, row.n_mixed], row.n_judged)
