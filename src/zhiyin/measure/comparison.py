"""Whether a figure really differs from another: difference, interval, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from zhiyin.measure.estimate import CONFIDENCE, Estimates, Floats, normal_quantile, number
from zhiyin.measure.multiple import false_discovery

Verdict = Literal["rise", "fall", "no_real_change", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Now minus before, in the unit of the figure; None and `unknown` where one side has no interval."""

    value: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    n_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Many differences side by side; `p_value` is two-sided, NaN where nothing can be said."""

    value: Floats
    low: Floats
    high: Floats
    p_value: Floats


def difference(now: Estimates, before: Estimates, *, confidence: float = CONFIDENCE) -> Differences:
    """Differences of independent figures, with an interval made of the two intervals (MOVER).

    Formula: d = a − b; low = d − √((a − aₗ)² + (bᵤ − b)²); high = d + √((aᵤ − a)² + (b − bₗ)²). The
    p-value is that of a normal variable whose interval ends at the bound nearer to 0, so that
    p < 1 − confidence exactly where the interval leaves 0 out.
    Valid range: both intervals at the same `confidence`; the two groups share no answer.
    Small samples: as good as the two intervals; for shares it is Newcombe's hybrid score interval,
    fair from n of about 10 a side.
    Source: G. Y. Zou, A. Donner (2008), Statistics in Medicine 27(10):1693–1702,
    doi:10.1002/sim.3095; for shares R. G. Newcombe (1998), Statistics in Medicine 17:873–890, method 10.

    >>> from zhiyin.measure.proportions import proportion
    >>> d = difference(proportion(56, 70), proportion(48, 80))
    >>> [round(float(x[0]), 4) for x in (d.low, d.value, d.high)]
    [0.0524, 0.2, 0.3339]
    """
    value = now.value - before.value
    below = np.hypot(now.value - now.low, before.high - before.value)
    above = np.hypot(now.high - now.value, before.value - before.low)
    half = np.where(value > 0, below, above)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(value == 0, 0.0, np.abs(value) / half)
    p_value = 2 * ndtr(-normal_quantile(confidence) * score)
    return Differences(
        value=value,
        low=value - below,
        high=value + above,
        p_value=np.where(np.isnan(value) | np.isnan(half), np.nan, p_value),
    )


def changes(now: Estimates, before: Estimates, *, false_share: float = 0.05) -> list[Change]:
    """A verdict for each figure: `rise` or `fall` only where the change is real, else `no_real_change`.

    All figures given together are one family: of those called real, at most `false_share` are expected
    to be chance (`false_discovery`). `unknown` where a side says nothing.

    >>> from zhiyin.measure.net_sentiment import net_sentiment
    >>> changes(net_sentiment(10, 80, 100), net_sentiment(60, 20, 100))[0].verdict
    'fall'
    >>> changes(net_sentiment(5, 3, 10), net_sentiment(4, 4, 10))[0].verdict
    'no_real_change'
    """
    found = difference(now, before, confidence=1 - false_share)
    is_real = false_discovery(found.p_value, false_share=false_share).is_discovery
    return [
        Change(
            value=number(found.value[i]),
            low=number(found.low[i]),
            high=number(found.high[i]),
            verdict=_verdict(found.value[i], p_value=found.p_value[i], is_real=bool(is_real[i])),
            n_before=int(before.n[i]),
        )
        for i in range(len(now))
    ]


def _verdict(value: float, *, p_value: float, is_real: bool) -> Verdict:
    if np.isnan(p_value):
        return "unknown"
    if not is_real:
        return "no_real_change"
    return "rise" if value > 0 else "fall"
