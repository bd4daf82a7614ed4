"""The arithmetic of QSC: scores 0 to 100 drawn to the mean, totals, and how sure ranks are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiyin.measure.estimate import CONFIDENCE, Estimates, Floats, normal_quantile
from zhiyin.measure.shrinkage import shrink

Counts = NDArray[np.float64]
_LEAST_VARIANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A row a unit: what to expect of it (`score`, 0 to 100) and the score as counted, with variances.

    A unit of which nobody spoke has the centre of all as its score, with all the spread there is;
    `score` is NaN everywhere where nobody spoke of any.
    """

    score: Floats
    raw: Floats
    variance: Floats
    raw_variance: Floats
    n: Counts

    def as_counted(self) -> Estimates:
        """The scores as counted, not drawn to anything, with their 95 % intervals."""
        half = normal_quantile(CONFIDENCE) * np.sqrt(self.raw_variance)
        low, high = np.maximum(0, self.raw - half), np.minimum(100, self.raw + half)
        return Estimates(value=self.raw, low=low, high=high, n=self.n)

    def estimates(self) -> Estimates:
        """With 95 % intervals within 0 to 100; NaN where the unit has no mention of its own."""
        has_own = self.n > 0
        half = normal_quantile(CONFIDENCE) * np.sqrt(self.variance)
        value = np.where(has_own, self.score, np.nan)
        return Estimates(
            value=value, low=np.maximum(0, value - half), high=np.minimum(100, value + half), n=self.n
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Places from 1 (the best); `first` and `last` are the places it may truly have. 0 for no place."""

    place: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    n: int


def score(n_positive: Counts, n_negative: Counts, n: Counts, *, n_voices: Counts) -> Scored:
    """Score units from their mentions: 100 where all praise, 0 where all blame, 50 where they balance.

    Formula: s = 50 (1 + (n₊ − n₋)/n); variance v = 2500 V/m with V = p₊ + p₋ − (p₊ − p₋)² of all units
    together and m the voices behind the n mentions; ŝ by `shrink` with B = v/(τ² + v), and as its
    variance (1 − B) v + B² / Σ 1/(v + τ²).
    Small samples: the fewer voices, the closer to the centre; with fewer than 3 units all come together.
    Source: B. Efron, C. Morris (1975), JASA 70:311–319; C. Morris (1983), JASA 78:47–55,
    doi:10.1080/01621459.1983.10477920, without the term for the estimate of τ².

    >>> found = score(np.array([90., 50, 2]), np.array([10., 50, 0]), np.array([100., 100, 2]),
    ...               n_voices=np.array([100., 100, 2]))
    >>> found.raw.tolist(), found.score.round(0).tolist()
    ([90.0, 50.0, 100.0], [90.0, 51.0, 86.0])
    """
    people = np.minimum(n_voices, n)
    total = max(float(n.sum()), 1.0)
    share_for, share_against = n_positive.sum() / total, n_negative.sum() / total
    spread = max(float(share_for + share_against - (share_for - share_against) ** 2), _LEAST_VARIANCE)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(n > 0, 50 * (1 + (n_positive - n_negative) / n), np.nan)
        own = np.where(people > 0, 2500 * spread / people, np.nan)
    drawn = shrink(raw, own)
    between = drawn.between_variance
    known = ~np.isnan(own)
    of_centre = 1 / float(np.sum(1 / (own[known] + between))) if known.any() else np.nan
    drawing = np.where(known, own / (between + own), 1.0)
    variance = np.where(known, (1 - drawing) * own + drawing**2 * of_centre, between + of_centre)
    return Scored(
        score=np.where(known, drawn.value, drawn.centre),
        raw=raw,
        variance=variance,
        raw_variance=own,
        n=n,
    )


def total(parts: Sequence[Scored], *, weights: Sequence[float]) -> Scored:
    """The weighted mean of the dimensions that anybody speaks of.

    Formula: Σ w s / Σ w over dimensions that any unit has mentions of; variances Σ w² v / (Σ w)², as if
    dimensions were independent. A unit without mentions of one dimension counts as the centre there.
    """
    used = [(part, w) for part, w in zip(parts, weights, strict=True) if w > 0 and part.n.sum() > 0]
    nothing = np.full(parts[0].n.shape, np.nan)
    if not used:
        empty = np.zeros(parts[0].n.shape)
        return Scored(score=nothing, raw=nothing, variance=nothing, raw_variance=nothing, n=empty)
    whole = sum(w for _, w in used)
    n = np.sum([part.n for part, _ in used], axis=0)
    # What was counted is of the dimensions that the unit itself has mentions of.
    own = np.array([np.where(part.n > 0, w, 0.0) for part, w in used])
    raw = np.nansum([w * part.raw for w, (part, _) in zip(own, used, strict=True)], axis=0)
    spread = np.nansum([w**2 * part.raw_variance for w, (part, _) in zip(own, used, strict=True)], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw, spread = raw / own.sum(axis=0), spread / own.sum(axis=0) ** 2
    return Scored(
        score=np.where(n > 0, sum(w * part.score for part, w in used) / whole, np.nan),
        raw=raw,
        variance=np.asarray(sum(w**2 * part.variance for part, w in used) / whole**2, dtype=np.float64),
        raw_variance=spread,
        n=n,
    )


def rank(estimates: Estimates) -> Ranks:
    """The best first; units whose intervals overlap are not told apart.

    `first` is one more than the units that are surely better (their interval lies wholly above), `last`
    leaves room for those that are surely worse.

    >>> found = rank(Estimates(value=np.array([90., 80, 60]), low=np.array([85., 75, 55]),
    ...                        high=np.array([95., 86, 65]), n=np.array([9., 9, 9])))
    >>> found.place.tolist(), found.first.tolist(), found.last.tolist()
    ([1, 2, 3], [1, 1, 3], [2, 2, 3])
    """
    known = ~np.isnan(estimates.value)
    n = int(known.sum())
    lows, highs = np.sort(estimates.low[known]), np.sort(estimates.high[known])
    n_better = n - np.searchsorted(lows, estimates.high, side="right")
    n_worse = np.searchsorted(highs, estimates.low, side="left")
    from scipy.stats import rankdata  # slow to load

    order = rankdata(np.where(known, -estimates.value, np.inf), method="min")
    return Ranks(
        place=np.where(known, order, 0).astype(np.int64),
        first=np.where(known, n_better + 1, 0).astype(np.int64),
        last=np.where(known, n - n_worse, 0).astype(np.int64),
        n=n,
    )
