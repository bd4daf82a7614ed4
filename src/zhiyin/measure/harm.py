"""How much an aspect hurts: people affected times how badly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, counts, floats

BEST_STARS = 5.0
WORST_STARS = 1.0
_PRIOR_SEVERITY = 0.5
_PRIOR_VOICES = 10.0


def severity(mean_stars: ArrayLike, n_rated: ArrayLike) -> Floats:
    """How badly those who complain of an aspect rate, 0 (all five stars) to 1 (all one star).

    Formula: ((5 − mean stars) / 4 × n + 0.5 × 10) / (n + 10).
    Valid range: stars 1 to 5; n = 0 (nobody rated) gives 0.5. Small samples: ten made-up voices of
    middle severity keep a single one-star voice from topping the list.
    Source: own definition; the pseudo-voices are the posterior mean of a beta(5, 5) prior, as in
    A. Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.4.

    >>> severity([1.0, 1.0, float("nan")], [10, 1000, 0]).round(3).tolist()
    [0.75, 0.995, 0.5]

    Raises:
        InvalidInput: stars outside 1 to 5.
    """
    stars, rated = np.broadcast_arrays(floats(mean_stars), counts(n_rated, name="n_rated"))
    known = np.where((rated > 0) & ~np.isnan(stars), stars, WORST_STARS)
    if bool(np.any((known < WORST_STARS) | (known > BEST_STARS))):
        raise InvalidInput("Stars must lie between 1 and 5.", field="mean_stars")
    n = np.where(np.isnan(stars), 0.0, rated)
    lost = (BEST_STARS - known) / (BEST_STARS - WORST_STARS)
    return np.asarray((lost * n + _PRIOR_SEVERITY * _PRIOR_VOICES) / (n + _PRIOR_VOICES))


def harm(n_people: ArrayLike, *, mean_stars: ArrayLike, n_rated: ArrayLike) -> Floats:
    """Harm of an aspect: people who speak badly of it × how badly they rate.

    Formula: n_people × severity(mean_stars, n_rated); the unit is "voices at the worst rating": 200
    people who gave three stars harm as much as 100 who gave one. Good words about the same aspect do
    not make it less: those who suffered still did.
    Valid range: counts of 0 or more. Small samples: see `severity`; the people are counted, not guessed.
    Source: own definition, people affected × severity as in a risk matrix (IEC 31010:2019, B.10.3).

    >>> harm([200, 100], mean_stars=[3.0, 1.0], n_rated=[200, 100]).round().tolist()
    [100.0, 95.0]

    Raises:
        InvalidInput: a negative count, or stars outside 1 to 5.
    """
    return np.asarray(counts(n_people, name="n_people") * severity(mean_stars, n_rated))
