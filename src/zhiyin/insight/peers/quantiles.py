"""Places among others without showing any other: no figure rests on fewer than five of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhiyin.measure.estimate import Estimate, Floats, floats

LEAST_OTHERS = 5
"""Nothing is said of fewer others than this, and every figure shown is the mean of as many of them."""

_FOR_QUARTERS = 3 * LEAST_OTHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Where a unit stands among `n_others`.

    `share_behind` (0 to 1) of them are worse, ties count half; between `share_low` and `share_high` if its
    own value lies anywhere in its interval. `middle`, `lower` and `upper` quarter are means of the five
    others nearest to that place; the quarters are None for fewer than 15 others.
    """

    n_others: int
    share_behind: float
    share_low: float
    share_high: float
    lower: float | None
    middle: float
    upper: float | None


def place_among(own: Estimate, others: Floats, *, is_good_up: bool) -> Among | None:
    """The place of `own` among the others (NaN: one that has no figure); None for fewer than five of them.

    A median or quartile as usually taken is the very figure of one unit; so each is the mean of the five
    figures around it (microaggregation: J. Domingo-Ferrer, J. Mateo-Sanz (2002), IEEE Transactions on
    Knowledge and Data Engineering 14(1):189–201), and the windows of the quarters do not overlap.

    >>> own = Estimate(value=4.6, low=4.4, high=4.8, n=80)
    >>> found = place_among(own, [4.1, 4.3, 4.5, 4.5, 4.9], is_good_up=True)
    >>> found.share_behind, found.share_low, found.share_high, round(found.middle, 2), found.lower
    (0.8, 0.4, 0.8, 4.46, None)
    """
    known = floats(others)
    known = np.sort(known[~np.isnan(known)])
    if len(known) < LEAST_OTHERS or own.value is None:
        return None
    ends = [own.value, own.value if own.low is None else own.low, own.value if own.high is None else own.high]
    shares = [_share_behind(value, known, is_good_up=is_good_up) for value in ends]
    has_quarters = len(known) >= _FOR_QUARTERS
    return Among(
        n_others=len(known),
        share_behind=shares[0],
        share_low=min(shares),
        share_high=max(shares),
        lower=_around(known, 0.25) if has_quarters else None,
        middle=_around(known, 0.5),
        upper=_around(known, 0.75) if has_quarters else None,
    )


def _share_behind(value: float, others: Floats, *, is_good_up: bool) -> float:
    below = int(np.searchsorted(others, value, side="left"))
    ties = int(np.searchsorted(others, value, side="right")) - below
    behind = below if is_good_up else len(others) - below - ties
    return (behind + ties / 2) / len(others)


def _around(others: Floats, share: float) -> float:
    """Mean of the five figures around that place."""
    centre = round(share * (len(others) - 1))
    first = min(max(0, centre - LEAST_OTHERS // 2), len(others) - LEAST_OTHERS)
    return float(others[first : first + LEAST_OTHERS].mean())
