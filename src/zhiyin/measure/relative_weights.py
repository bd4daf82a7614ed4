"""Johnson's relative weights: what share of an outcome's variance each of related predictors carries."""

from __future__ import annotations

import numpy as np

from zhiyin.measure.estimate import Floats

# Predictors that others explain to more than this (10 digits) add nothing of their own.
_NO_SPREAD = 1e-10


def relative_weights(correlations: Floats, with_outcome: Floats) -> Floats:
    """Weights (…, p), 0 or more, that add up to R²; of predictors' correlations (…, p, p) and (…, p).

    Formula: R = V D Vᵀ, Λ = V D^½ Vᵀ (correlations of the predictors with their nearest orthogonal
    variables), β = Λ⁻¹ r; weight ε = Λ² β² (squares element by element). Σε = β'β = r'R⁻¹r = R².
    Valid range: R positive semidefinite with 1 in its diagonal. A predictor that others make up wholly
    shares its weight with them (pseudoinverse). Weights have no sign: that of the coefficient tells it.
    Small samples: like R² they err upwards; with n people a predictor of pure chance gets about R² of
    1/n. Show them with an interval.
    Source: J. W. Johnson (2000), A heuristic method for estimating the relative weight of predictor
    variables in multiple regression, Multivariate Behavioral Research 35(1):1–19,
    doi:10.1207/S15327906MBR3501_1.

    >>> relative_weights(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.6, 0.6])).round(6).tolist()
    [0.24, 0.24]
    """
    return weights_and_betas(correlations, with_outcome)[0]


def weights_and_betas(correlations: Floats, with_outcome: Floats) -> tuple[Floats, Floats]:
    """The relative weights and, of the same decomposition, the standardised coefficients (…, p).

    A coefficient of predictors that make each other up is the one of least length.
    """
    values, vectors = np.linalg.eigh(correlations)
    root = np.sqrt(np.maximum(values, 0.0))
    is_used = values > _NO_SPREAD
    inverse = np.where(is_used, 1 / np.where(is_used, root, 1.0), 0.0)
    turned = np.swapaxes(vectors, -1, -2)
    loadings = (vectors * np.where(is_used, root, 0.0)[..., None, :]) @ turned
    # The outcome along the main axes, each of length 1.
    along = inverse * (turned @ with_outcome[..., None])[..., 0]
    orthogonal = (vectors @ along[..., None])[..., 0]
    weights = (loadings**2 @ (orthogonal**2)[..., None])[..., 0]
    betas = (vectors @ (inverse * along)[..., None])[..., 0]
    return np.asarray(weights), np.asarray(betas)
