"""Units whose net score is really better or worse than the company's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from zhiyin.measure.estimate import Floats, counts
from zhiyin.measure.multiple import false_discovery
from zhiyin.measure.shrinkage import shrink


@dataclass(frozen=True, slots=True, kw_only=True)
class Outliers:
    """A row a unit: raw score, score to expect of it, adjusted p-value, and whether it stands out.

    `common` is the score of all units together; NaN where there is nothing.
    """

    value: Floats
    expected: Floats
    adjusted_p: Floats
    is_out: NDArray[np.bool_]
    common: float


def net_score_outliers(
    n_for: ArrayLike,
    n_against: ArrayLike,
    n: ArrayLike,
    *,
    n_independent: ArrayLike | None = None,
    false_share: float = 0.05,
) -> Outliers:
    """Test each unit's net score (−100 to 100) against that of all units, and shrink it towards them.

    Formula: with the shares p₊, p₋ of all units, V = p₊ + p₋ − (p₊ − p₋)²; a unit of m independent
    answers has z = (|d − D| − 1/2m) / √(V/m) (score test with continuity correction:
    the variance is the one that holds if the unit is like all others); `false_discovery` over units;
    expected score by `shrink` with variances V/m.
    `n_independent` as in `net_score`.
    Valid range: at least two units with answers, else nothing stands out. Small samples: the score
    test keeps its level roughly from m of 3; smaller units reach a small p-value only where nearly all
    others speak against them, so show m.
    Source: score test for multinomial means, C. R. Rao (1948), Proc. Cambridge Phil. Soc. 44:50–57;
    comparison of units as in D. J. Spiegelhalter (2005), Statistics in Medicine 24:1185–1202.

    >>> found = net_score_outliers([70, 68, 20], [20, 22, 70], [100, 100, 100])
    >>> found.is_out.tolist(), found.expected.round().tolist()
    ([True, True, True], [49.0, 45.0, -48.0])

    Raises:
        InvalidInput: a count is negative.
    """
    plus, minus, total = (
        counts(n_for, name="n_for"),
        counts(n_against, name="n_against"),
        counts(n, name="n"),
    )
    people = (
        total if n_independent is None else np.minimum(counts(n_independent, name="n_independent"), total)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (plus - minus) / total
        common = float(np.divide(plus.sum() - minus.sum(), total.sum()))
        spread = np.divide(plus.sum() + minus.sum(), total.sum()) - common**2
        variance = np.where(people > 0, spread / people, np.nan)
        distance = np.maximum(np.abs(score - common) - 0.5 / people, 0)
    # All units say the same, or there is only one: nothing can stand out.
    if not spread > 0 or np.count_nonzero(people) < 2:
        nothing = np.full(score.shape, np.nan)
        return Outliers(
            value=100 * score,
            expected=100 * np.where(np.isnan(score), np.nan, common),
            adjusted_p=nothing,
            is_out=np.zeros(score.shape, bool),
            common=100 * common,
        )
    p_value = 2 * ndtr(-distance / np.sqrt(variance))
    found = false_discovery(p_value, false_share=false_share)
    return Outliers(
        value=100 * score,
        expected=100 * shrink(score, variance).value,
        adjusted_p=found.adjusted,
        is_out=found.is_discovery,
        common=100 * common,
    )
