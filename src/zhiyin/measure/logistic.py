"""Logistic regression with a gentle pull to zero: chances from a few reasons, coefficients in the open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimates, Floats, floats, normal_quantile

_ROUNDS = 50
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """`coefficients` in the order of `names`, for a step of 1 in the reason; `centre`: its means."""

    names: tuple[str, ...]
    intercept: float
    coefficients: Estimates
    centre: Floats

    def parts(self, reasons: ArrayLike) -> Floats:
        """What each reason adds to the log odds of each person, against a person with the means."""
        return np.asarray((np.atleast_2d(floats(reasons)) - self.centre) * self.coefficients.value)

    def chances(self, reasons: ArrayLike) -> Floats:
        """The chance (0 to 1) of each person."""
        return np.asarray(expit(self.intercept + self.parts(reasons).sum(axis=1)))


def fit_logistic(
    reasons: ArrayLike, happened: ArrayLike, *, names: tuple[str, ...], penalty: float = 1.0
) -> Logistic:
    """The coefficients under which what happened is the most likely, less a penalty for large ones.

    Formula: maximise Σ y·η − ln(1 + e^η) − penalty/2 · Σ (βⱼ sⱼ)², η = β₀ + Σ βⱼ (xⱼ − x̄ⱼ), sⱼ the standard
    deviation of reason j, by Newton's steps; intervals from the inverse of the penalised information,
    which errs on the narrow side by the (small) pull.
    Valid range: reasons without NaN; a reason that never differs gets 0. Small samples: the penalty of 1
    keeps coefficients finite where a reason tells the outcome perfectly; count on some 10 cases of the
    rarer outcome a reason.
    Source: S. le Cessie, J. C. van Houwelingen (1992), Applied Statistics 41(1):191–201,
    doi:10.2307/2347628.

    >>> model = fit_logistic([[0.0], [0.0], [1.0], [1.0]] * 50, [0, 1, 1, 1] * 50, names=("late",), penalty=0)
    >>> round(float(model.chances([[0.0]])[0]), 3)
    0.5

    Raises:
        InvalidInput: no rows, another number of names, or only one outcome.
    """
    x, y = np.atleast_2d(floats(reasons)), floats(happened)
    if x.shape != (len(y), len(names)):
        raise InvalidInput("Each person needs each reason.", field="reasons")
    if not 0 < y.sum() < len(y):
        raise InvalidInput("Both outcomes are needed.", field="happened")
    centre, spread = x.mean(axis=0), x.std(axis=0)
    is_useful = spread > 0
    design = np.column_stack([np.ones(len(y)), (x - centre)[:, is_useful] / spread[is_useful]])
    beta, covariance = _newton(design, y, penalty=penalty)
    value, error = np.zeros(len(names)), np.full(len(names), np.nan)
    value[is_useful] = beta[1:] / spread[is_useful]
    error[is_useful] = np.sqrt(np.diag(covariance)[1:]) / spread[is_useful]
    half = normal_quantile(CONFIDENCE) * error
    n = np.full(len(names), float(len(y)))
    estimates = Estimates(value=value, low=value - half, high=value + half, n=n)
    return Logistic(names=names, intercept=float(beta[0]), coefficients=estimates, centre=centre)


def _newton(design: Floats, y: Floats, *, penalty: float) -> tuple[Floats, Floats]:
    pull = np.full(design.shape[1], penalty)
    pull[0] = 0.0
    beta = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        chance = expit(design @ beta)
        weights = np.maximum(chance * (1 - chance), _CLOSE)
        information = (design * weights[:, None]).T @ design + np.diag(pull)
        step = np.linalg.solve(information, design.T @ (y - chance) - pull * beta)
        # Damped: far from the top a full step may overshoot.
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), _CLOSE))
        beta = beta + step
        if float(np.abs(step).max()) < _CLOSE:
            break
    return floats(beta), floats(np.linalg.inv(information))
