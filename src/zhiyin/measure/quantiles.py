"""A quantile, such as the nine tenths that waited no longer, with an interval of order statistics."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimate, floats, normal_quantile


def quantile(values: ArrayLike, share: float, *, confidence: float = CONFIDENCE) -> Estimate:
    """The smallest value that at least `share` (above 0, below 1) of the values do not exceed.

    Formula: the ⌈n p⌉-th smallest value. The interval runs from the l-th to the u-th smallest, l the
    greatest number with P(B ≤ l − 1) ≤ α/2, u the smallest with P(B ≤ u − 1) ≥ 1 − α/2, B binomial with
    n and p. Valid range: independent values of any distribution; NaN is left out.
    Small samples: a bound that no value can be is None, for p = 0.9 the upper one below n = 36.
    Source: G. J. Hahn, W. Q. Meeker (1991), Statistical Intervals, section 5.2.

    >>> q = quantile(range(1, 101), 0.9)
    >>> q.low, q.value, q.high
    (84.0, 90.0, 96.0)

    Raises:
        InvalidInput: the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise InvalidInput("The share must lie between 0 and 1.", field="share")
    normal_quantile(confidence)  # checks the range
    array = floats(values)
    ordered = np.sort(array[~np.isnan(array)])
    n = ordered.size
    if n == 0:
        return Estimate(value=None, low=None, high=None, n=0)
    # A hair less, so that 0.9 · 10 is the ninth value and not the tenth.
    place = max(1, int(np.ceil(n * share - 1e-9)))
    tail = (1 - confidence) / 2
    upto = binom.cdf(np.arange(n), n, share)  # P(B ≤ k) of k = 0 up
    n_low = int(np.count_nonzero(upto <= tail))
    n_high = int(np.count_nonzero(upto < 1 - tail)) + 1
    return Estimate(
        value=float(ordered[place - 1]),
        low=float(ordered[n_low - 1]) if n_low else None,
        high=float(ordered[n_high - 1]) if n_high <= n else None,
        n=n,
    )
