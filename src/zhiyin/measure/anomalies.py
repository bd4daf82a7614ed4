"""Whether a count stands out of what was to be expected, over very many series at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammainc, nbdtrik

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, floats

_LOCAL_LEVELS = (0.05, 0.01, 0.001)
_RECURSION_UP_TO = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """Probability of as much or more (`rise`), of as little or less (`fall`), if nothing is the matter."""

    rise: Floats
    fall: Floats


def count_tails(observed: ArrayLike, *, expected: ArrayLike, size: ArrayLike, margin: float = 0.0) -> Tails:
    """Exact tails of a negative binomial count.

    `margin`: by how much (0.2: a fifth) the expectation may be off before it is worth a word; the rise is
    tested against expected × (1 + margin), the fall against expected / (1 + margin).
    Formula: Y negative binomial with mean μ and variance μ + μ²/r; P(Y ≥ k) = I_{μ/(μ+r)}(k, r),
    P(Y ≤ k) = I_{r/(μ+r)}(r, k + 1), I the regularised incomplete beta function.
    Valid range: counts from 0, μ > 0, r > 0 (Poisson as r grows). Small samples: exact for any count.
    Source: N. L. Johnson, A. W. Kemp, S. Kotz (2005), Univariate Discrete Distributions, 3rd ed., 5.6.

    >>> tails = count_tails([3, 0], expected=[0.5, 12.0], size=[1e9, 1e9])
    >>> tails.rise.round(4).tolist(), tails.fall.round(7).tolist()
    ([0.0144, 1.0], [0.9982484, 6.1e-06])

    Raises:
        InvalidInput: a mean or size is not above 0.
    """
    k, mu, r = np.broadcast_arrays(floats(observed), floats(expected), floats(size))
    if bool(np.any((mu <= 0) | (r <= 0))):
        raise InvalidInput("Expected counts and sizes must be above 0.", field="expected")
    high, low = mu * (1 + margin), mu / (1 + margin)
    return Tails(
        rise=np.where(k > 0, betainc(np.maximum(k, 1), r, high / (high + r)), 1.0),
        fall=floats(betainc(r, k + 1, r / (low + r))),
    )


def count_band(expected: ArrayLike, *, size: ArrayLike, share: float = 0.99) -> tuple[Floats, Floats]:
    """Lowest and highest count that the middle `share` of a negative binomial count reaches.

    >>> low, high = count_band([10.0], size=[1e9])
    >>> low.tolist(), high.tolist()
    ([3.0], [19.0])
    """
    mu, r = np.broadcast_arrays(floats(expected), floats(size))
    rest = (1 - share) / 2
    return tuple(np.maximum(np.ceil(_quantile(level, mu, r)), 0.0) for level in (rest, 1 - rest))  # type: ignore[return-value]


def _quantile(level: float, mu: Floats, r: Floats) -> Floats:
    return floats(np.nan_to_num(nbdtrik(level, r, r / (mu + r)), nan=0.0))


def several_together(
    observed: ArrayLike, *, expected: ArrayLike, size: ArrayLike, margin: float = 0.0
) -> Floats:
    """For each column: whether more rows stand out a little than chance lets, though none does alone.

    Arrays of rows (units) × columns (what is counted); NaN in `expected`: the row does not count.
    Formula: at each level α of 0.05, 0.01, 0.001 a row stands out where its count reaches the least k
    with P(Y ≥ k) = q ≤ α; the number of such rows has at most a Poisson tail of mean Σ q (Hoeffding);
    p = 3 × the smallest of the three tails.
    Valid range: rows independent but for what happens to all (which the sum over rows tells better).
    Small samples: the q are those really reached, so counts of 0 and 1 do no harm.
    Source: R. H. Berk, D. H. Jones (1979), Z. Wahrscheinlichkeitstheorie 47:47–59; D. Donoho, J. Jin
    (2004), Annals of Statistics 32(3):962–994; W. Hoeffding (1956), Annals of Math. Statistics 27:713–721.

    >>> y = np.zeros((300, 2)); y[:7, 0] = 2
    >>> several_together(y, expected=np.full((300, 2), 0.1), size=np.full((300, 2), 1e9)).round(4).tolist()
    [0.0019, 1.0]
    """
    k, mu, r = np.broadcast_arrays(floats(observed), floats(expected), floats(size))
    is_known = ~np.isnan(mu)
    high = np.where(is_known, mu, 1.0) * (1 + margin)
    best = np.ones(k.shape[1:])
    for least, reached in _attained(np.where(is_known, high, 1.0), r):
        n_out = np.count_nonzero(is_known & (k >= least), axis=0)
        mean = np.where(is_known, reached, 0.0).sum(axis=0)
        tail = np.where(n_out > 0, gammainc(np.maximum(n_out, 1), mean), 1.0)
        best = np.minimum(best, tail)
    return np.minimum(1.0, len(_LOCAL_LEVELS) * best)


def _attained(mu: Floats, r: Floats) -> list[tuple[Floats, Floats]]:
    """For each local level: the least k with P(Y ≥ k) at or below it, and that probability."""
    large = mu > _RECURSION_UP_TO
    found = [(np.ones(mu.shape), np.ones(mu.shape)) for _ in _LOCAL_LEVELS]
    for level, (least, reached) in zip(_LOCAL_LEVELS, found, strict=True):
        mu_large, r_large = mu[large], r[large]
        k = np.maximum(np.ceil(_quantile(1 - level, mu_large, r_large)) + 1, 1.0)
        least[large], reached[large] = k, betainc(k, r_large, mu_large / (mu_large + r_large))
    # Small means need a few steps of the recursion of the probabilities, far quicker than their inverse.
    small = np.flatnonzero(~large.ravel())
    mean, size = mu.ravel()[small], r.ravel()[small]
    share = mean / (mean + size)
    probability = np.exp(size * np.log1p(-share))
    tail, k_now = 1 - probability, 1
    while len(small):
        for level, (least, reached) in zip(_LOCAL_LEVELS, found, strict=True):
            is_met = (tail <= level) & (reached.ravel()[small] > level)
            least.ravel()[small[is_met]], reached.ravel()[small[is_met]] = k_now, tail[is_met]
        going = tail > _LOCAL_LEVELS[-1]
        small, size, share = small[going], size[going], share[going]
        probability = probability[going] * share * (k_now - 1 + size) / k_now
        tail = np.maximum(tail[going] - probability, 0.0)
        k_now += 1
    return found


def level_each(n_false: float, *, n_tests: int) -> float:
    """The level at which each of `n_tests` is held so that at most `n_false` are expected to be chance.

    Formula: n_false / n_tests; the expected number of false findings is the sum of the levels, however
    the tests hang together (per-family error rate).
    Source: C. E. Bonferroni (1936); J. P. Shaffer (1995), Annual Review of Psychology 46:561–584.

    >>> level_each(1.0, n_tests=20_000)
    5e-05

    Raises:
        InvalidInput: there is no test, or less than nothing is allowed.
    """
    if n_tests < 1 or n_false < 0:
        raise InvalidInput("There must be a test, and a rate from 0.", field="n_tests")
    return min(1.0, n_false / n_tests)
