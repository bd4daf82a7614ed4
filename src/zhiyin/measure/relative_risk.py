"""How many times as often something happens in one group as in the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, SMALL_N, Estimates, Floats, counts, normal_quantile
from zhiyin.measure.multiple import false_discovery


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """Ratios with their intervals (n: people in the group) and two-sided p-values, NaN where unknown."""

    ratio: Estimates
    p_value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRisks:
    """Ratios of one family, which of them are fair comparisons, and which stand among all of them."""

    ratio: Estimates
    is_fair: NDArray[np.bool_]
    adjusted: Floats
    is_discovery: NDArray[np.bool_]


def relative_risk(
    n_case_in: ArrayLike,
    n_in: ArrayLike,
    n_case_out: ArrayLike,
    n_out: ArrayLike,
    *,
    confidence: float = CONFIDENCE,
) -> Risks:
    """Share of cases in the group divided by the share outside it ("lift").

    Formula: RR = (a/m) / (c/n); interval exp(ln RR ± z √(1/a − 1/m + 1/c − 1/n)). Where a side has no
    case, ½ is added to a and c, and ½ to m and n, for ratio and interval. p: twice the smaller tail of
    the hypergeometric distribution, at most 1 (Fisher's exact test, doubled).
    Valid range: cases at most as many as people. A lift is no cause: groups differ in more than one thing.
    Small samples: the p-value is exact and errs on the side of caution; the interval is fair from 5 cases
    on each side. NaN where a group is empty or nobody is a case. For many groups at once, hand the
    p-values to `false_discovery`.
    Source: D. Katz et al. (1978), Biometrics 34(3):469–474, doi:10.2307/2530610; ½ after H. M. Pettigrew,
    J. J. Gart, D. G. Thomas (1986), Biometrika 73(2):425–435; doubling R. A. Fisher, see G. H. Freeman,
    J. H. Halton (1951).

    >>> found = relative_risk(20, 100, 10, 100).ratio.one()
    >>> round(found.low, 2), found.value, round(found.high, 2)
    (0.99, 2.0, 4.05)

    Raises:
        InvalidInput: a count is negative, or there are more cases than people.
    """
    a, m, c, n = np.broadcast_arrays(
        counts(n_case_in, name="n_case_in"),
        counts(n_in, name="n_in"),
        counts(n_case_out, name="n_case_out"),
        counts(n_out, name="n_out"),
    )
    if bool(np.any((a > m) | (c > n))):
        raise InvalidInput("There are more cases than people.", field="n_case_in")
    is_known = (m > 0) & (n > 0) & (a + c > 0)
    ratio, low, high = _with_interval(a, m, c, n, z=normal_quantile(confidence))
    from scipy.stats import hypergeom  # slow to load

    fewer = np.asarray(hypergeom.cdf(a, m + n, a + c, m))
    more = np.asarray(hypergeom.sf(a - 1, m + n, a + c, m))
    value, low, high, p_value = (
        np.where(is_known, figure, np.nan)
        for figure in (ratio, low, high, np.minimum(1.0, 2 * np.minimum(fewer, more)))
    )
    return Risks(ratio=Estimates(value=value, low=low, high=high, n=m.astype(np.float64)), p_value=p_value)


def compare_many(
    n_case_in: ArrayLike, n_in: ArrayLike, n_case_out: ArrayLike, n_out: ArrayLike
) -> ComparedRisks:
    """One family of comparisons, corrected together (Benjamini-Hochberg); too small groups are not tested.

    Small samples: a comparison counts from 30 people on either side, where the case happened at all.

    >>> compare_many([30, 1], [60, 5], [10, 40], [60, 115]).is_fair.tolist()
    [True, False]
    """
    risks = relative_risk(n_case_in, n_in, n_case_out, n_out)
    a, m, c, n = (np.asarray(value, dtype=np.float64) for value in (n_case_in, n_in, n_case_out, n_out))
    is_fair = (m >= SMALL_N) & (n >= SMALL_N) & (a + c > 0)
    tested = false_discovery(np.where(is_fair, risks.p_value, np.nan))
    return ComparedRisks(
        ratio=risks.ratio, is_fair=is_fair, adjusted=tested.adjusted, is_discovery=tested.is_discovery
    )


def _with_interval(a: Floats, m: Floats, c: Floats, n: Floats, *, z: float) -> tuple[Floats, Floats, Floats]:
    half = np.where((a == 0) | (c == 0), 0.5, 0.0)
    a, m, c, n = a + half, m + half, c + half, n + half
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (a / m) / (c / n)
        width = z * np.sqrt(np.maximum(0.0, 1 / a - 1 / m + 1 / c - 1 / n))
        return ratio, ratio * np.exp(-width), ratio * np.exp(width)
