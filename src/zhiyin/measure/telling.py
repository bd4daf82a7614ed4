"""How much a word tells of a group: the log-likelihood ratio."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from zhiyin.measure.estimate import Floats, counts


def telling(n_here: ArrayLike, all_here: ArrayLike, n_there: ArrayLike, all_there: ArrayLike) -> Floats:
    """How surely a word is more frequent here than there: signed G², above 0 where it is.

    Formula: G² = 2 Σ O ln(O/E) over the table word/other words × here/there; negative sign where the
    word's share here is below that there.
    Valid range: word counts at most the totals; empty totals give 0. Small samples: for single
    occurrences only the order means something; 3.84 is the 5 % point for large counts.
    Source: T. Dunning (1993), Accurate methods for the statistics of surprise and coincidence,
    Computational Linguistics 19(1):61–74.

    >>> telling([110, 3], [2552, 100], [111, 50], [29225, 900]).round(1).tolist()
    [270.7, -1.4]

    Raises:
        InvalidInput: a count is negative.
    """
    here, total_here, there, total_there = np.broadcast_arrays(
        counts(n_here, name="n_here"),
        counts(all_here, name="all_here"),
        counts(n_there, name="n_there"),
        counts(all_there, name="all_there"),
    )
    total = total_here + total_there
    word = here + there
    with np.errstate(divide="ignore", invalid="ignore"):
        g2 = 2 * (
            _cell(here, word * total_here / total)
            + _cell(there, word * total_there / total)
            + _cell(total_here - here, (total - word) * total_here / total)
            + _cell(total_there - there, (total - word) * total_there / total)
        )
        sign = np.where(here * total_there >= there * total_here, 1.0, -1.0)
    return np.asarray(np.nan_to_num(sign * np.maximum(g2, 0.0)))


def _cell(observed: Floats, expected: Floats) -> Floats:
    return np.asarray(xlogy(observed, np.where(observed > 0, observed / expected, 1.0)))
