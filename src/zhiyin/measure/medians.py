"""Medians with an interval of order statistics, of one sample or of many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimate, Estimates, Floats, counts, floats, normal_quantile


def median(
    values: ArrayLike, *, n_times: ArrayLike | None = None, confidence: float = CONFIDENCE
) -> Estimate:
    """Median of the values that are not NaN; each stands for `n_times` answers (1 where not given).

    Formula, small samples and source: see `medians`.

    >>> m = median([3, 9, 1, 7, 8, 6, 2])
    >>> m.low, m.value, m.high
    (1.0, 6.0, 9.0)
    >>> median([5, 60], n_times=[4, 1]).value
    5.0
    """
    array = floats(values)
    given = ~np.isnan(array)
    times = np.ones(array.shape) if n_times is None else counts(n_times, name="n_times")
    sample = np.zeros(int(given.sum()), dtype=np.int64)
    return medians(array[given], times[given], sample=sample, n_samples=1, confidence=confidence).one()


def medians(
    values: ArrayLike,
    n_times: ArrayLike,
    *,
    sample: NDArray[np.int64],
    n_samples: int,
    confidence: float = CONFIDENCE,
) -> Estimates:
    """Median of each sample: `values[i]` stands `n_times[i]` times in the sample number `sample[i]`.

    Formula: the middle value, or the mean of the two in the middle. The interval runs from the l-th
    smallest to the l-th largest value, l the greatest number with P(B ≤ l − 1) ≤ (1 − confidence) / 2, B
    binomial with n and 1/2.
    Valid range: independent values of any distribution. Small samples: holds at least its level at every
    n; below n = 6 no two values do so at 95 %, and the interval is NaN. Errs on the wide side where
    values are tied. One sort of all values together.
    Source: G. J. Hahn, W. Q. Meeker (1991), Statistical Intervals, section 5.2; W. R. Thompson (1936),
    Annals of Mathematical Statistics 7(3):122–128, doi:10.1214/aoms/1177732502.

    >>> two = medians([1, 2, 3, 10], [1, 1, 1, 2], sample=np.array([0, 0, 0, 1]), n_samples=2)
    >>> two.value.tolist(), two.n.tolist()
    ([2.0, 10.0], [3.0, 2.0])

    Raises:
        InvalidInput: a value is no number, or a count is negative.
    """
    array, times = floats(values), counts(n_times, name="n_times")
    if bool(np.isnan(array).any()):
        raise InvalidInput("A value is no number.", field="values")
    normal_quantile(confidence)  # checks the range
    order = np.lexsort((array, sample))
    upto = np.cumsum(times[order])
    n = np.bincount(sample, weights=times, minlength=n_samples).astype(np.float64)
    before = np.cumsum(n) - n
    ordered = array[order]

    def ranked(rank: Floats) -> Floats:
        """The value of this rank (from 1) in each sample; NaN where there is none."""
        is_there = (rank >= 1) & (rank <= n)
        place = np.searchsorted(upto, before + np.where(is_there, rank, 1), side="left")
        found = ordered[np.minimum(place, ordered.size - 1)] if ordered.size else np.full(n.shape, np.nan)
        return np.where(is_there, found, np.nan)

    l_th = _outer_rank(n, confidence=confidence)
    return Estimates(
        value=(ranked(np.floor((n + 1) / 2)) + ranked(np.ceil((n + 1) / 2))) / 2,
        low=ranked(l_th),
        high=ranked(np.where(l_th >= 1, n + 1 - l_th, 0)),
        n=n,
    )


def _outer_rank(n: Floats, *, confidence: float) -> Floats:
    """The greatest l with P(B(n, 1/2) ≤ l − 1) ≤ (1 − confidence) / 2; 0 where there is none."""
    tail = (1 - confidence) / 2
    z = normal_quantile(confidence)
    # Near enough to be right or one off; the exact tail decides.
    near = np.maximum(np.floor((n - z * np.sqrt(n)) / 2), 0)
    found = np.zeros(n.shape)
    for step in (-1, 0, 1, 2):
        l_th = near + step
        is_in = (l_th >= 1) & (l_th <= n)
        below = np.where(is_in, bdtr(np.maximum(l_th - 1, 0), np.maximum(n, 1).astype(np.int64), 0.5), 1.0)
        found = np.where(is_in & (below <= tail), l_th, found)
    return found
