"""Empirical Bayes: what to expect of a unit whose own figure rests on little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunken:
    """`value`: figures drawn towards `centre`; `between_variance`: how much units truly differ."""

    value: Floats
    centre: float
    between_variance: float


def shrink(values: ArrayLike, variances: ArrayLike) -> Shrunken:
    """Draw each figure towards the common centre, the more the less certain it is.

    Formula: with wᵢ = 1/vᵢ, m = Σwᵢxᵢ/Σwᵢ and Q = Σwᵢ(xᵢ − m)²,
    τ² = max(0, (Q − (k − 1)) / (Σw − Σw²/Σw)); centre c = Σxᵢ/(vᵢ + τ²) / Σ1/(vᵢ + τ²);
    shrunken xᵢ = c + τ²/(τ² + vᵢ) (xᵢ − c).
    Valid range: variances above 0; NaN values stay NaN and count for nothing. Small samples: with
    fewer than 3 figures τ² can hardly be told and is often 0, which draws all to the centre: that
    errs on the side of calling units alike.
    Source: B. Efron, C. Morris (1975), JASA 70:311–319, doi:10.1080/01621459.1975.10479864; τ² by
    R. DerSimonian, N. Laird (1986), Controlled Clinical Trials 7(3):177–188.

    >>> s = shrink([10.0, 20.0, 60.0], [4.0, 4.0, 400.0])
    >>> [round(float(x), 1) for x in s.value], round(s.centre, 1)
    ([10.5, 19.9, 23.6], 18.0)

    Raises:
        InvalidInput: a variance is not above 0.
    """
    x, v = np.broadcast_arrays(floats(values), floats(variances))
    is_known = ~(np.isnan(x) | np.isnan(v))
    if bool(np.any(v[is_known] <= 0)):
        raise InvalidInput("A variance must be above 0.", field="variances")
    if not is_known.any():
        return Shrunken(value=np.full(x.shape, np.nan), centre=float("nan"), between_variance=0.0)
    between = _between_variance(x[is_known], v[is_known])
    weights = 1 / (v[is_known] + between)
    centre = float(np.sum(weights * x[is_known]) / np.sum(weights))
    value = np.where(is_known, centre + between / (between + v) * (x - centre), np.nan)
    return Shrunken(value=value, centre=centre, between_variance=between)


def _between_variance(x: Floats, v: Floats) -> float:
    """DerSimonian and Laird's moment estimate of τ²."""
    if x.size < 2:
        return 0.0
    w = 1 / v
    q = np.sum(w * (x - np.sum(w * x) / np.sum(w)) ** 2)
    spread = np.sum(w) - np.sum(w**2) / np.sum(w)
    return float(max(0.0, (q - (x.size - 1)) / spread))
