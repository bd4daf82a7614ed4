"""Key drivers: what moves an outcome, how much, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.measure.driver_figures import Figures, figures_of, inflations, stack_figures
from zhiyin.measure.driver_rows import LeftOut, take_rows
from zhiyin.measure.estimate import CONFIDENCE, Estimate, normal_quantile, number
from zhiyin.measure.moments import affordable, moments, resampled
from zhiyin.measure.threads import one_thread

COLLINEAR_VIF = 10.0
"""From this variance inflation on a predictor's coefficient says little (Kutner et al. 2004)."""

_SEED = 20_000  # the same data give the same interval, whenever asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One predictor. `weight` and `shapley` are parts of R²; `share` is the weight's part of R², 0 to 1.

    `coefficient`: by how many points the outcome differs for one step more, the others held; its sign is
    the direction. `beta` is the same in standard deviations. `inflation` (VIF) is infinite where the
    others make it up. `shapley` is None for more than 12 predictors.
    """

    name: str
    weight: Estimate
    share: Estimate
    shapley: Estimate | None
    coefficient: Estimate
    beta: float
    correlation: float
    inflation: float

    @property
    def is_collinear(self) -> bool:
        """Whether the others say nearly the same, so that its own part cannot be told apart well."""
        return self.inflation >= COLLINEAR_VIF

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the coefficient leaves 0 out."""
        low, high = self.coefficient.low, self.coefficient.high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """The drivers in the order given. `n` people were used, `n_left_out` lacked an answer."""

    n: int
    n_left_out: int
    r_squared: Estimate
    drivers: tuple[Driver, ...]
    left_out: tuple[LeftOut, ...]
    n_resamples: int

    def ranked(self) -> list[Driver]:
        """The drivers, the heaviest first."""
        return sorted(self.drivers, key=lambda driver: -(driver.weight.value or 0.0))


def drivers(
    predictors: ArrayLike,
    outcome: ArrayLike,
    *,
    names: Sequence[str],
    counts: ArrayLike | None = None,
    n_resamples: int = 1000,
    confidence: float = CONFIDENCE,
    seed: int = _SEED,
) -> Drivers:
    """Relative weights of the predictors (n, p) for the outcome (n), with bootstrap intervals.

    Formula: `relative_weights` and, for up to 12 predictors, `shapley_shares` of the correlations; the
    coefficients are those of least squares. Intervals: percentiles of the figures of `n_resamples`
    samples of people drawn with replacement (fewer, at least 200, where rows are many).
    `counts`: how many people a row stands for (whole numbers). NaN is a missing answer: predictors that
    more than half of the people with an outcome did not answer are left out, then rows with a gap.
    Valid range: roughly linear relations; an outcome of at least some steps. A correlation is no proof
    that changing the predictor changes the outcome.
    Small samples: weights err upwards by about 1/n each; from 10 people a predictor the ranking begins
    to mean something, and percentile intervals are too narrow below n of about 50.
    Source: Johnson (2000), see `relative_weights`; bootstrap intervals for them J. W. Johnson (2004),
    Organizational Research Methods 7(3):283–299, doi:10.1177/1094428104266018.

    >>> found = drivers([[1, 3], [2, 1], [3, 2], [4, 5], [5, 4]], [1, 2, 3, 4, 6], names=["a", "b"])
    >>> round(sum(one.weight.value for one in found.drivers) - found.r_squared.value, 9)
    0.0

    Raises:
        InvalidInput: no usable predictor, an outcome without spread, too few people, unequal lengths.
    """
    normal_quantile(confidence)  # checks the range
    used = take_rows(predictors, outcome, names=names, counts=counts)
    whole = moments(used.columns, counts=used.counts)
    wanted = affordable(n_resamples, n_rows=len(used.columns))
    samples = resampled(
        used.columns, counts=used.counts, n_resamples=wanted, random=np.random.default_rng(seed)
    )
    with one_thread():
        point = figures_of(whole)
        spread = stack_figures(figures_of(sample) for sample in samples)
    n = int(used.counts.sum())
    found = _Found(
        point=point,
        low=spread.percentile(50 * (1 - confidence)),
        high=spread.percentile(50 * (1 + confidence)),
        n=n,
    )
    inflation = inflations(whole.correlations[0, :-1, :-1])
    return Drivers(
        n=n,
        n_left_out=used.n_left_out,
        r_squared=found.estimate("r_squared", 0),
        drivers=tuple(
            _driver(found, place, name=name, correlation=whole.correlations[0, place, -1], vif=vif)
            for place, (name, vif) in enumerate(zip(used.names, inflation, strict=True))
        ),
        left_out=used.left_out,
        n_resamples=wanted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The figures and the ends of their intervals."""

    point: Figures
    low: Figures
    high: Figures
    n: int

    def estimate(self, name: str, place: int) -> Estimate:
        value, low, high = (
            number(getattr(figures, name)[0, place]) for figures in (self.point, self.low, self.high)
        )
        return Estimate(value=value, low=low, high=high, n=self.n)


def _driver(found: _Found, place: int, *, name: str, correlation: float, vif: float) -> Driver:
    return Driver(
        name=name,
        weight=found.estimate("weights", place),
        share=found.estimate("shares", place),
        shapley=found.estimate("shapley", place) if found.point.shapley.size else None,
        coefficient=found.estimate("coefficients", place),
        beta=float(found.point.betas[0, place]),
        correlation=float(correlation),
        inflation=float(vif),
    )
