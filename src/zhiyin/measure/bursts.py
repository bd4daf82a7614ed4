"""Bursts: whether something is said really more often now than before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, counts, floats
from zhiyin.measure.multiple import false_discovery


@dataclass(frozen=True, slots=True, kw_only=True)
class Bursts:
    """`growth`: rate now over rate before; `p_value` that it is no more than asked; which ones stand."""

    growth: Floats
    p_value: Floats
    is_burst: np.ndarray[tuple[int], np.dtype[np.bool_]]


def find_bursts(
    n_now: ArrayLike,
    all_now: float,
    n_before: ArrayLike,
    all_before: float,
    *,
    least_growth: float = 2.0,
    false_share: float = 0.01,
) -> Bursts:
    """Tell which counts grew by more than `least_growth`, at most `false_share` of them by chance.

    Formula: for counts n₁ of N₁ now and n₀ of N₀ before, both Poisson, given n₁ + n₀ the count now is
    binomial with share gN₁/(gN₁ + N₀) where the rate grew g-fold; p = P(X ≥ n₁) at g = `least_growth`;
    Benjamini–Hochberg over all counts. growth = ((n₁ + ½)/N₁) / ((n₀ + ½)/N₀).
    Valid range: counts that are small against N₁ and N₀ (words in voices). Small samples: the test is
    exact and errs on the side of saying nothing: of 12 weeks without a word and one of as many voices
    each with it 3 times, p is 0.003, before the correction for many words.
    Source: J. Przyborowski, H. Wilenski (1940), Biometrika 31:313–323, doi:10.1093/biomet/31.3-4.313;
    Y. Benjamini, Y. Hochberg (1995), JRSS B 57(1):289–300.

    >>> found = find_bursts([30, 30, 3], 1000, [0, 200, 36], 12_000)
    >>> found.is_burst.tolist(), found.growth.round(1).tolist()
    ([True, False, False], [732.0, 1.8, 1.2])

    Raises:
        InvalidInput: a count is negative, nothing was said now or before, or `least_growth` is below 1.
    """
    now, before = np.broadcast_arrays(counts(n_now, name="n_now"), counts(n_before, name="n_before"))
    if all_now <= 0 or all_before <= 0:
        raise InvalidInput("There must be voices both now and before.", field="all_now")
    if least_growth < 1:
        raise InvalidInput("The least growth must be 1 or more.", field="least_growth")
    share = least_growth * all_now / (least_growth * all_now + all_before)
    from scipy.stats import binom  # slow to load

    p_value = floats(binom.sf(now - 1, now + before, share)) if now.size else np.empty(0)
    return Bursts(
        growth=((now + 0.5) / all_now) / ((before + 0.5) / all_before),
        p_value=p_value,
        is_burst=false_discovery(p_value, false_share=false_share).is_discovery,
    )
