"""Kano from reviews: how much praise of an aspect lifts the rating, and how much blame lowers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, SMALL_N, Estimate, Floats, normal_quantile
from zhiyin.measure.kano import Category
from zhiyin.measure.threads import one_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One aspect: what praise adds (`reward`) and blame takes (`penalty`, mostly below 0), in points.

    `asymmetry` is their sum: above 0 praise weighs more. n of each is how many people praise, or blame.
    `category` is None where fewer than 30 people praise or blame it.
    """

    name: str
    reward: Estimate
    penalty: Estimate
    asymmetry: Estimate
    category: Category | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrasts:
    """All aspects; `base` is the outcome of those who neither praise nor blame any."""

    n: int
    base: Estimate
    r_squared: float
    contrasts: tuple[Contrast, ...]


def penalty_reward(
    praised: ArrayLike,
    blamed: ArrayLike,
    outcome: ArrayLike,
    *,
    names: Sequence[str],
    counts: ArrayLike | None = None,
    confidence: float = CONFIDENCE,
) -> Contrasts:
    """Penalty–reward contrast analysis: least squares of the outcome on who praises and who blames.

    `praised` and `blamed` (n, p) are true or false, `outcome` (n) a rating, `counts` people a row.
    Formula: y = b₀ + Σ rⱼ praisedⱼ + Σ sⱼ blamedⱼ; intervals from the heteroscedasticity-consistent
    covariance HC1. Category: must-be where blame takes surely more than praise adds (asymmetry below 0),
    attractive where praise adds surely more, one-dimensional where both count and neither surely more,
    indifferent where neither interval leaves 0 out.
    Valid range: ratings with room upwards and downwards. Where nearly all give the best rating, praise
    has no room to show and aspects look more must-be than they are.
    Small samples: no category below 30 who praise and 30 who blame; HC1 is fair from there.
    Source: D. R. Brandt (1987), in: Add value to your service, American Marketing Association, 61–65;
    K. Matzler, E. Sauerwein (2002), International Journal of Service Industry Management 13(4):314–332,
    doi:10.1108/09564230210445078; HC1 J. G. MacKinnon, H. White (1985), Journal of Econometrics 29:305–325.

    >>> found = penalty_reward([[1], [0], [0], [1]], [[0], [1], [0], [0]], [5, 1, 4, 5], names=["taste"])
    >>> round(found.contrasts[0].reward.value, 6), round(found.contrasts[0].penalty.value, 6)
    (1.0, -3.0)

    Raises:
        InvalidInput: lengths do not fit, or there are not more people than coefficients.
    """
    good, bad = np.asarray(praised, dtype=np.float64), np.asarray(blamed, dtype=np.float64)
    y = np.asarray(outcome, dtype=np.float64)
    people = np.ones(len(y)) if counts is None else np.asarray(counts, dtype=np.float64)
    if good.shape != (len(y), len(names)) or bad.shape != good.shape or len(people) != len(y):
        raise InvalidInput("Praise, blame, outcome, names and counts do not have fitting lengths.")
    is_known = np.isfinite(y) & (people > 0)
    with one_thread():
        fit = _fit(np.hstack([good, bad])[is_known], y[is_known], people=people[is_known])
    z = normal_quantile(confidence)
    n_good, n_bad = people[is_known] @ good[is_known], people[is_known] @ bad[is_known]
    return Contrasts(
        n=fit.n,
        base=fit.along(np.eye(len(fit.values))[0], z=z, n=fit.n),
        r_squared=fit.r_squared,
        contrasts=tuple(
            _contrast(fit, place, name=name, z=z, n_good=int(n_good[place]), n_bad=int(n_bad[place]))
            for place, name in enumerate(names)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """Coefficients (intercept first), their covariance, and how much of the spread they explain."""

    values: Floats
    covariance: Floats
    r_squared: float
    n: int
    is_told: NDArray[np.bool_]

    def along(self, direction: Floats, *, z: float, n: int) -> Estimate:
        """The sum of coefficients in this direction; nothing where no data tell of one of them."""
        if not bool(np.all(self.is_told[direction != 0])):
            return Estimate(value=None, low=None, high=None, n=n)
        value = float(direction @ self.values)
        half = z * max(0.0, float(direction @ self.covariance @ direction)) ** 0.5
        return Estimate(value=value, low=value - half, high=value + half, n=n)


def _fit(predictors: Floats, y: Floats, *, people: Floats) -> _Fit:
    design = np.hstack([np.ones((len(y), 1)), predictors])
    weighted = design * people[:, None]
    square = weighted.T @ design
    n, k = int(people.sum()), int(np.linalg.matrix_rank(square, hermitian=True))
    if n <= k or not len(y):
        raise InvalidInput(
            f"{n} rated voices are too few for {predictors.shape[1] // 2} aspects.",
            next_step="Choose a longer period or fewer aspects.",
        )
    inverse = np.linalg.pinv(square, hermitian=True)
    values = inverse @ weighted.T @ y
    left = y - design @ values
    meat = (weighted * (left**2)[:, None]).T @ design
    total = float(people @ (y - people @ y / n) ** 2)
    # A coefficient of the null space is told by nothing: the pseudoinverse would make it up.
    is_told = np.isclose(np.diag(inverse @ square), 1.0, atol=1e-6)
    return _Fit(
        values=values,
        covariance=inverse @ meat @ inverse * n / (n - k),
        r_squared=1 - float(people @ left**2) / total if total > 0 else 0.0,
        n=n,
        is_told=is_told,
    )


def _contrast(fit: _Fit, place: int, *, name: str, z: float, n_good: int, n_bad: int) -> Contrast:
    p = (len(fit.values) - 1) // 2
    unit = np.eye(len(fit.values))
    reward = fit.along(unit[1 + place], z=z, n=n_good)
    penalty = fit.along(unit[1 + p + place], z=z, n=n_bad)
    asymmetry = fit.along(unit[1 + place] + unit[1 + p + place], z=z, n=min(n_good, n_bad))
    is_enough = min(n_good, n_bad) >= SMALL_N
    return Contrast(
        name=name,
        reward=reward,
        penalty=penalty,
        asymmetry=asymmetry,
        category=_category(reward, penalty, asymmetry) if is_enough else None,
    )


def _category(reward: Estimate, penalty: Estimate, asymmetry: Estimate) -> Category | None:
    if reward.low is None or penalty.high is None or asymmetry.low is None or asymmetry.high is None:
        return None
    rewards, punishes = reward.low > 0, penalty.high < 0
    if not rewards and not punishes:
        return "indifferent"
    if asymmetry.high < 0:
        return "must_be"
    if asymmetry.low > 0:
        return "attractive"
    return "one_dimensional" if rewards and punishes else "must_be" if punishes else "attractive"
