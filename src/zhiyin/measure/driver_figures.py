"""What drivers consist of, for one sample or a thousand at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from zhiyin.measure.estimate import Floats
from zhiyin.measure.moments import Moments
from zhiyin.measure.relative_weights import weights_and_betas
from zhiyin.measure.shapley import MOST_PREDICTORS, shapley_shares

_NO_SPREAD = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of each sample (samples, p); `r_squared` (samples, 1), `shapley` (samples, 0) beyond 12."""

    weights: Floats
    shares: Floats
    shapley: Floats
    coefficients: Floats
    betas: Floats
    r_squared: Floats

    def percentile(self, at: float) -> Figures:
        """The percentile (0 to 100) of each figure over the samples, as one sample."""
        return Figures(
            **{one.name: np.percentile(getattr(self, one.name), [at], axis=0) for one in fields(self)}
        )


def figures_of(moments: Moments) -> Figures:
    """The figures of samples whose last column is the outcome."""
    among, with_outcome = moments.correlations[:, :-1, :-1], moments.correlations[:, :-1, -1]
    weights, betas = weights_and_betas(among, with_outcome)
    r_squared = weights.sum(axis=1, keepdims=True)
    p = with_outcome.shape[1]
    spread = moments.deviations
    is_spread = spread[:, :-1] > 0
    steps = np.where(is_spread, spread[:, -1:] / np.where(is_spread, spread[:, :-1], 1.0), 0.0)
    return Figures(
        weights=weights,
        shares=np.where(r_squared > 0, weights / np.where(r_squared > 0, r_squared, 1.0), 0.0),
        shapley=shapley_shares(among, with_outcome) if p <= MOST_PREDICTORS else weights[:, :0],
        coefficients=betas * steps,
        betas=betas,
        r_squared=r_squared,
    )


def stack_figures(samples: Iterable[Figures]) -> Figures:
    """All samples as one stack."""
    parts = list(samples)
    return Figures(
        **{one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Figures)}
    )


def inflations(correlations: Floats) -> Floats:
    """Variance inflation (VIF) of each predictor, 1 or more; infinite where the others make it up.

    Formula: 1 / (1 − R² of the predictor by the others), which is the diagonal of the inverse matrix.
    Source: D. W. Marquardt (1970), Technometrics 12(3):591–612, doi:10.1080/00401706.1970.10488699.

    >>> inflations(np.array([[1.0, 0.6], [0.6, 1.0]])).round(4).tolist()
    [1.5625, 1.5625]
    """
    values, vectors = np.linalg.eigh(correlations)
    is_void = values <= _NO_SPREAD
    found = vectors**2 @ np.where(is_void, 0.0, 1 / np.where(is_void, 1.0, values))
    in_void = (vectors**2)[:, is_void].sum(axis=1) > 1e-8
    return np.where(in_void, np.inf, np.maximum(found, 1.0))
