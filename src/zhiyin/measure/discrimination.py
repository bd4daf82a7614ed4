"""How well a forecast tells those to whom something happens from the others, and whether its chances hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimate, Estimates, Floats, floats, normal_quantile
from zhiyin.measure.proportions import proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedAuc:
    """Two forecasts of the same people: the area of each, and the first's minus the second's."""

    first: Estimate
    second: Estimate
    gain: Estimate
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Groups of like forecasts: the mean chance that was told, and the share to whom it happened."""

    told: Floats
    came_true: Estimates


def compare_auc(first: ArrayLike, second: ArrayLike, happened: ArrayLike) -> ComparedAuc:
    """Area under the ROC curve of two scores: the chance that one to whom it happened scores above another.

    Formula: Mann and Whitney's share of pairs, ties half; variances and the covariance of both areas from
    the shares of each person (DeLong); normal intervals at 95 %, cut at 0 and 1. 0.5 is guessing.
    Valid range: both outcomes at least twice. Small samples: fair from 10 of either outcome.
    Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988), Biometrics 44(3):837–845,
    doi:10.2307/2531595; by ranks X. Sun, W. Xu (2014), IEEE Signal Processing Letters 21(11):1389–1393.

    >>> found = compare_auc([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1])
    >>> found.first.value, found.second.value
    (0.75, 0.5)

    Raises:
        InvalidInput: lengths differ, or one outcome stands there less than twice.
    """
    scores = np.vstack([floats(first), floats(second)])
    is_so = np.asarray(happened, dtype=bool)
    m, n = int(is_so.sum()), int((~is_so).sum())
    if scores.shape[1] != len(is_so) or m < 2 or n < 2:
        raise InvalidInput("Both outcomes are needed at least twice.", field="happened")
    from scipy.stats import rankdata  # slow to load

    ranks = np.vstack([rankdata(row) for row in scores])
    above = (ranks[:, is_so] - np.vstack([rankdata(row) for row in scores[:, is_so]])) / n
    below = 1 - (ranks[:, ~is_so] - np.vstack([rankdata(row) for row in scores[:, ~is_so]])) / m
    areas = above.mean(axis=1)
    spread = np.cov(above) / m + np.cov(below) / n
    z = normal_quantile(CONFIDENCE)

    def estimate(value: float, variance: float, *, least: float) -> Estimate:
        half = z * float(np.sqrt(max(0.0, variance)))
        return Estimate(value=value, low=max(least, value - half), high=min(1.0, value + half), n=m + n)

    gain, variance = float(areas[0] - areas[1]), float(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
    score = abs(gain) / np.sqrt(variance) if variance > 0 else 0.0
    return ComparedAuc(
        first=estimate(float(areas[0]), float(spread[0, 0]), least=0.0),
        second=estimate(float(areas[1]), float(spread[1, 1]), least=0.0),
        gain=estimate(gain, variance, least=-1.0),
        p_value=float(2 * ndtr(-score)) if gain else 1.0,
    )


def calibrate(told: ArrayLike, happened: ArrayLike, *, n_groups: int = 10) -> Calibration:
    """Forecasts in groups of like size from the lowest to the highest, with Wilson's intervals.

    Formula: sorted by the chance told and cut into `n_groups` parts; equal chances stay together.
    Small samples: fewer groups where many chances are equal. A forecast is honest where what was told
    lies in the interval of what came true, in about 19 of 20 groups.
    Source: D. W. Hosmer, S. Lemeshow (1980), Communications in Statistics A9(10):1043–1069.

    >>> found = calibrate([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 0], n_groups=2)
    >>> found.told.tolist(), found.came_true.value.tolist()
    ([0.1, 0.9], [0.0, 0.5])
    """
    chances, is_so = floats(told), np.asarray(happened, dtype=np.float64)
    if not len(chances):
        return Calibration(told=chances, came_true=proportion(np.zeros(0), np.zeros(0)))
    edges = np.unique(np.quantile(chances, np.linspace(0, 1, n_groups + 1)[1:-1]))
    group = np.searchsorted(edges, chances, side="left" if len(edges) else "right")
    n = np.bincount(group)
    sums, hits = np.bincount(group, weights=chances), np.bincount(group, weights=is_so)
    is_full = n > 0
    return Calibration(told=sums[is_full] / n[is_full], came_true=proportion(hits[is_full], n[is_full]))
