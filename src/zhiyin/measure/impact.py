"""By how many points a theme lowers or lifts a figure of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimates, counts, floats, normal_quantile


def impact(
    n_with: ArrayLike,
    sum_with: ArrayLike,
    squares_with: ArrayLike,
    *,
    n: float,
    total: float,
    squares: float,
    confidence: float = CONFIDENCE,
) -> Estimates:
    """The mean of all minus the mean of those who do not speak of the theme, in points of the outcome.

    Give how many speak of it, the sum of their outcomes and of its squares; and the same of all (`n`,
    `total`, `squares`). Outcome: stars, or 100, 0, −100 for promoters, passives, detractors, which makes
    it points of NPS.
    Formula: with q = k/n, a the mean of those who speak of it and b of the others, m − b = q (a − b);
    variance (a − b)² q (1 − q)/n + q² (s²ₐ/k + s²_b/(n − k)) by the delta method.
    Valid range: it says what the figure would be if these people had not spoken, not what it would be if
    the cause were mended. Small samples: NaN for fewer than 2 on either side; fair from 30 who speak of it.
    Source: derived here; the delta method as in L. Wasserman (2004), All of Statistics, 5.13.

    >>> found = impact(20, 40, 90, n=100, total=360, squares=1500).one()
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (-0.4, -0.58, -0.22)

    Raises:
        InvalidInput: a count is negative, or more speak of it than there are.
    """
    k, own, own_squares = np.broadcast_arrays(
        counts(n_with, name="n_with"), floats(sum_with), floats(squares_with)
    )
    if bool(np.any(k > n)):
        raise InvalidInput("More speak of it than there are.", field="n_with")
    rest = n - k
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        a, b = own / k, (total - own) / rest
        spread_a = np.maximum(0.0, own_squares - own * a) / (k - 1)
        spread_b = np.maximum(0.0, squares - own_squares - (total - own) * b) / (rest - 1)
        variance = (a - b) ** 2 * share * (1 - share) / n + share**2 * (spread_a / k + spread_b / rest)
    is_known = (k > 1) & (rest > 1)
    value = np.where(is_known, share * (a - b), np.nan)
    half = normal_quantile(confidence) * np.sqrt(np.where(is_known, variance, np.nan))
    return Estimates(value=value, low=value - half, high=value + half, n=k.astype(np.float64))
