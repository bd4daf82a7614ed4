"""The formulas of measures over what was counted; each names its sums, which recipes gather."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zhiyin.insight.measures.contract import MeasureOptions
from zhiyin.insight.measures.counted import Counted
from zhiyin.measure.estimate import Estimates, Floats
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.medians import medians
from zhiyin.measure.net_sentiment import net_score, net_sentiment
from zhiyin.measure.proportions import proportion
from zhiyin.measure.rates import rate

Formula = Callable[[Counted, MeasureOptions], Estimates]


def volume(found: Counted, options: MeasureOptions) -> Estimates:
    """How many; a count has no interval."""
    unknown = np.full(found.n_cells, np.nan)
    return Estimates(value=found["n"].copy(), low=unknown, high=unknown, n=found["n"])


def mean_of(bounds: tuple[float, float] | None = None, *, per: float = 1.0) -> Formula:
    """Mean of `n` values by `total` and `squares`, within `bounds`, times `per`."""

    def formula(found: Counted, options: MeasureOptions) -> Estimates:
        return _times(mean_from_sums(found["total"], found["squares"], found["n"], bounds=bounds), per)

    return formula


def _times(found: Estimates, factor: float) -> Estimates:
    return Estimates(value=found.value * factor, low=found.low * factor, high=found.high * factor, n=found.n)


def share(found: Counted, options: MeasureOptions) -> Estimates:
    """`n_with` of `n`."""
    # Facts may come in between two statements.
    return proportion(np.minimum(found["n_with"], found["n"]), found["n"])


def net(found: Counted, options: MeasureOptions) -> Estimates:
    """Net sentiment over mentions; the interval counts the voices that can be judged."""
    # Without a judged voice the mentions themselves are all there is to count.
    people = np.where(found["n_judged"] > 0, found["n_judged"], found["n"])
    return net_sentiment(found["n_positive"], found["n_negative"], found["n"], n_voices=people)


def nps(found: Counted, options: MeasureOptions) -> Estimates:
    """`n_for` minus `n_against` of `n`, −100 to 100."""
    return net_score(found["n_for"], found["n_against"], found["n"])


def rate_of(found: Counted, options: MeasureOptions) -> Estimates:
    """`n_events` for every 100 of `n`."""
    return rate(found["n_events"], found["n"])


def ease(found: Counted, options: MeasureOptions) -> Estimates:
    """Mean of answers to 7, turned round where 7 is hard."""
    total, squares = found["total"], found["squares"]
    if not options.is_seven_easy:
        # Σ(8 − x) and Σ(8 − x)²
        total, squares = 8 * found["n"] - total, 64 * found["n"] - 16 * total + squares
    return mean_from_sums(total, squares, found["n"], bounds=(1.0, 7.0))


def easy_share(found: Counted, options: MeasureOptions) -> Estimates:
    """Share of the three easy steps of 7."""
    return proportion(found["n_high"] if options.is_seven_easy else found["n_low"], found["n"])


def median_of(per: float) -> Formula:
    """Median of the values told apart, each times `per`."""

    def formula(found: Counted, options: MeasureOptions) -> Estimates:
        values, n, cell = found.spread_of("n")
        return medians(values * per, n, sample=cell, n_samples=found.n_cells)

    return formula


def excellent(found: Counted, options: MeasureOptions) -> Estimates:
    """The values told apart are units: each counts once, if it has ratings enough."""
    n_reached, n_units = np.zeros(found.n_cells), np.zeros(found.n_cells)
    if found.spread is not None:
        rated, total = found.spread.n["n"], found.spread.n["total"]
        is_known = ~np.isnan(found.spread.value) & (rated >= options.unit_ratings)
        # Rounded, so that 4.8 summed from floats is 4.8.
        means: Floats = np.round(np.nan_to_num(total) / np.maximum(rated, 1), 9)
        cell = found.spread.cell
        np.add.at(n_units, cell[is_known], 1)
        np.add.at(n_reached, cell[is_known & (means >= options.excellent_stars)], 1)
    return proportion(n_reached, n_units)
