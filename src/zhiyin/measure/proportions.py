"""Shares of a whole, with Wilson's interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimates, counts, normal_quantile


def proportion(n_with: ArrayLike, n: ArrayLike, *, confidence: float = CONFIDENCE) -> Estimates:
    """Share (0 to 1) of `n` that have a property, with Wilson's score interval.

    Formula: p = x/n; centre (p + z²/2n) / (1 + z²/n); half width z √(p(1−p)/n + z²/4n²) / (1 + z²/n).
    Valid range: 0 ≤ x ≤ n. Small samples: holds its level on average from n of about 5, never leaves
    0 to 1, never has zero width; NaN for n = 0.
    Source: E. B. Wilson (1927), JASA 22:209–212; recommended by Brown, Cai, DasGupta (2001),
    Statistical Science 16(2):101–133, doi:10.1214/ss/1009213286.

    >>> share = proportion(8, 10).one()
    >>> round(share.low, 3), share.value, round(share.high, 3)
    (0.49, 0.8, 0.943)

    Raises:
        InvalidInput: a count is negative, or more have the property than there are.
    """
    having, total = np.broadcast_arrays(counts(n_with, name="n_with"), counts(n, name="n"))
    if bool(np.any(having > total)):
        raise InvalidInput("More have the property than there are.", field="n_with")
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = having / total
        shrink = 1 + z**2 / total
        centre = (share + z**2 / (2 * total)) / shrink
        half = z * np.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2) / shrink
    low = np.where(having == 0, np.where(total > 0, 0.0, np.nan), centre - half)
    high = np.where(having == total, np.where(total > 0, 1.0, np.nan), centre + half)
    return Estimates(value=share, low=low, high=high, n=total.astype(np.float64))
