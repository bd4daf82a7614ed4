"""Mean ratings, with Student's interval, and the share of units that reach a mark."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimate, Estimates, counts, floats, normal_quantile
from zhiyin.measure.proportions import proportion


def mean_from_moments(
    means: ArrayLike,
    variances: ArrayLike,
    n: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
) -> Estimates:
    """Means with Student's interval, from mean, sample variance (divisor n − 1) and count.

    Formula: m ± t(n − 1) √(s²/n), cut at `bounds` where the scale has them.
    Valid range: independent answers. Small samples: exact for normal answers, fair for ratings from n
    of about 15; the interval is NaN for n < 2, the value for n = 0. Where all answers are the same
    the interval has no width, which for few answers is too sure of itself: show n beside it.
    Source: Student (1908), Biometrika 6(1):1–25, doi:10.1093/biomet/6.1.1.

    >>> rating = mean_from_moments(4.0, 1.0, 25, bounds=(1, 5)).one()
    >>> round(rating.low, 2), rating.value, round(rating.high, 2)
    (3.59, 4.0, 4.41)

    Raises:
        InvalidInput: a count or a variance is negative.
    """
    value, variance, total = np.broadcast_arrays(floats(means), floats(variances), counts(n, name="n"))
    if bool(np.any(variance < 0)):
        raise InvalidInput("A variance is negative.", field="variances")
    normal_quantile(confidence)  # checks the range
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(total > 1, stdtrit(np.maximum(total - 1, 1), (1 + confidence) / 2), np.nan)
        half = t * np.sqrt(variance / total)
    low, high = bounds or (-np.inf, np.inf)
    return Estimates(
        value=np.where(total > 0, value, np.nan),
        low=np.maximum(value - half, low),
        high=np.minimum(value + half, high),
        n=total.astype(np.float64),
    )


def mean_from_sums(
    sums: ArrayLike,
    squares: ArrayLike,
    n: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
) -> Estimates:
    """Means with Student's interval, from sum, sum of squares and count: what databases add up exactly.

    Formula: m = Σx/n, s² = (Σx² − m Σx)/(n − 1), then as `mean_from_moments`, valid range, small
    samples and source too. Whole stars are summed without error; where x is large against its
    spread the squares lose digits: use moments there.

    >>> mean_from_sums(12.0, 50.0, 3).one().value
    4.0
    """
    total, square, count = np.broadcast_arrays(floats(sums), floats(squares), counts(n, name="n"))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / count
        variance = np.maximum(0.0, (square - value * total) / (count - 1))
    variance = np.where(count > 1, variance, np.nan)
    return mean_from_moments(value, variance, count, bounds=bounds, confidence=confidence)


def mean(
    values: ArrayLike, *, bounds: tuple[float, float] | None = None, confidence: float = CONFIDENCE
) -> Estimate:
    """Mean of the values that are not NaN; formula, small samples and source as `mean_from_moments`.

    >>> mean([5, 4, 3, float("nan")]).value
    4.0
    """
    array = floats(values)
    given = array[~np.isnan(array)]
    if given.size == 0:
        return mean_from_moments(np.nan, np.nan, 0).one()
    variance = given.var(ddof=1) if given.size > 1 else np.nan
    return mean_from_moments(given.mean(), variance, given.size, bounds=bounds, confidence=confidence).one()


def share_at_least(unit_means: ArrayLike, *, mark: float = 4.8, confidence: float = CONFIDENCE) -> Estimate:
    """Share (0 to 1) of units whose mean rating reaches `mark`; units without rating (NaN) are left out.

    Formula: (units with mean ≥ mark) / (units with a mean), Wilson's interval over units. Means are
    compared after rounding to 9 digits, so that 4.8 summed from floats is 4.8.
    Valid range: any mark on the scale of the means. Small samples: see `proportion`; a unit with few
    ratings counts as a unit, so give only units with enough ratings to say.
    Source: the share of excellent stores as review sites print it; the interval is Wilson (1927).

    >>> share_at_least([4.9, 4.8, 4.5, float("nan")]).n
    3
    """
    array = floats(unit_means)
    given = np.round(array[~np.isnan(array)], 9)
    return proportion(np.count_nonzero(given >= mark), given.size, confidence=confidence).one()
