"""Many tests at once: how many of the findings are chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Discoveries:
    """`adjusted` p-values (NaN where there was none) and which findings stand."""

    adjusted: Floats
    is_discovery: NDArray[np.bool_]


def false_discovery(p_values: ArrayLike, *, false_share: float = 0.05) -> Discoveries:
    """Benjamini–Hochberg: of the findings that stand, at most `false_share` are expected to be chance.

    Formula: adjusted p₍ᵢ₎ = min over j ≥ i of m p₍ⱼ₎ / j; a finding stands where adjusted ≤ false_share.
    Valid range: p-values 0 to 1, independent or positively dependent; NaN means "not tested" and does
    not count in m. Small samples: holds for any m; one test is left as it is.
    Source: Y. Benjamini, Y. Hochberg (1995), JRSS B 57(1):289–300,
    doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> false_discovery([0.01, 0.04, 0.03, 0.5]).is_discovery.tolist()
    [True, False, False, False]

    Raises:
        InvalidInput: a p-value lies outside 0 to 1.
    """
    p = floats(p_values)
    is_tested = ~np.isnan(p)
    if bool(np.any((p[is_tested] < 0) | (p[is_tested] > 1))):
        raise InvalidInput("A p-value lies outside 0 to 1.", field="p_values")
    adjusted = np.full(p.shape, np.nan)
    if is_tested.any():
        from scipy.stats import false_discovery_control  # slow to load

        adjusted[is_tested] = false_discovery_control(p[is_tested], method="bh")
    # NaN compares as False: what was not tested is no discovery.
    return Discoveries(adjusted=adjusted, is_discovery=adjusted <= false_share)
