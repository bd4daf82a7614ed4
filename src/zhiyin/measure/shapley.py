"""Exact Shapley shares of R² (LMG): each predictor's mean gain over all orders of entering."""

from __future__ import annotations

from math import comb

import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats

MOST_PREDICTORS = 12
_NO_SPREAD = 1e-10
_AT_ONCE = 64  # samples whose sets stay in the cache together


def shapley_shares(correlations: Floats, with_outcome: Floats) -> Floats:
    """Shares (…, p), 0 or more, that add up to R²; of predictors' correlations (…, p, p) and (…, p).

    Formula: φⱼ = Σ over S without j of |S|! (p − |S| − 1)! / p! (R²(S + j) − R²(S)), over all 2ᵖ sets.
    R² of every set comes from sweeping one predictor after the other out of all sets at once, so that
    twelve predictors cost some ten thousand small products instead of 4,096 regressions.
    Valid range: at most 12 predictors. One that others in the set make up wholly gains nothing there.
    Small samples: as for `relative_weights`, which they resemble closely; show them with an interval.
    Source: R. H. Lindeman, P. F. Merenda, R. Z. Gold (1980), Introduction to Bivariate and Multivariate
    Analysis, p. 119 ff.; as Shapley values S. Lipovetsky, M. Conklin (2001), Applied Stochastic Models in
    Business and Industry 17(4):319–330, doi:10.1002/asmb.446.

    >>> shapley_shares(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.6, 0.6])).round(6).tolist()
    [0.24, 0.24]

    Raises:
        InvalidInput: more than 12 predictors.
    """
    p = with_outcome.shape[-1]
    if p > MOST_PREDICTORS:
        raise InvalidInput(
            f"{p} predictors are too many for exact Shapley shares.",
            next_step="Use relative weights, or name at most 12 columns.",
        )
    among, outer = correlations.reshape(-1, p, p), with_outcome.reshape(-1, p)
    gains = [
        _gains(among[first : first + _AT_ONCE], outer[first : first + _AT_ONCE])
        for first in range(0, len(outer), _AT_ONCE)
    ]
    return np.asarray(np.concatenate(gains).reshape(with_outcome.shape))


def _gains(correlations: Floats, with_outcome: Floats) -> Floats:
    unexplained = _unexplained(correlations, with_outcome)
    p = with_outcome.shape[1]
    return np.stack([_gain(unexplained, predictor=j, p=p) for j in range(p)], axis=-1)


def _unexplained(correlations: Floats, with_outcome: Floats) -> Floats:
    """1 − R² of every set (2ᵖ, samples); bit j of the set's number says whether predictor j is in it."""
    n, p = with_outcome.shape
    whole = np.ones((1, n, p + 1, p + 1))
    whole[0, :, :p, :p] = correlations
    whole[0, :, :p, p] = whole[0, :, p, :p] = with_outcome
    for _ in range(p):
        own = whole[:, :, :1, :1]
        is_spread = own > _NO_SPREAD
        slope = np.where(is_spread, whole[:, :, 1:, :1] / np.where(is_spread, own, 1.0), 0.0)
        without = whole[:, :, 1:, 1:]
        whole = np.concatenate([without, without - slope * whole[:, :, :1, 1:]])
    return np.asarray(whole[:, :, 0, 0])


def _gain(unexplained: Floats, *, predictor: int, p: int) -> Floats:
    """Mean fall of the unexplained part when the predictor enters, over all orders."""
    sets = unexplained.reshape(2 ** (p - 1 - predictor), 2, 2**predictor, -1)
    fall = (sets[:, 0] - sets[:, 1]).reshape(2 ** (p - 1), -1)
    # The other predictors keep their order in the number of the set that is left.
    sizes = np.array([number.bit_count() for number in range(2 ** (p - 1))])
    shares = np.array([1 / (p * comb(p - 1, size)) for size in range(p)])
    return np.asarray(shares[sizes] @ fall)
