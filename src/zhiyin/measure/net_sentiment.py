"""Net scores: the share in favour minus the share against, −100 to 100."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimates, Floats, counts, normal_quantile

# Rocks (2016): three made-up answers, spread as 3/4 in favour, 3/2 neither, 3/4 against.
_PSEUDO_SIDE = 0.75
_PSEUDO_TOTAL = 3.0


def net_score(
    n_for: ArrayLike,
    n_against: ArrayLike,
    n: ArrayLike,
    *,
    n_independent: ArrayLike | None = None,
    confidence: float = CONFIDENCE,
) -> Estimates:
    """100 × (share for − share against), −100 to 100, with an adjusted Wald interval.

    Formula: v = 100 (p₊ − p₋); variance of one answer p₊ + p₋ − (p₊ − p₋)². The interval is
    d ± z √(variance / (n + 3)) with the shares taken after adding 3/4, 3/2 and 3/4 made-up answers
    (for, neither, against), cut at ±100 and widened to hold v.
    `n_independent` (default n): how many independent people stand behind the n answers; mentions of
    one voice go together, so n mentions by m voices carry no more certainty than m answers.
    Valid range: n₊ + n₋ ≤ n. Small samples: usable from n of about 5, where the plain Wald interval
    is far too narrow and has zero width when all agree; NaN for n = 0.
    Source: B. Rocks (2016), Interval estimation for the Net Promoter Score, The American
    Statistician 70(4):365–372, doi:10.1080/00031305.2016.1158124.

    >>> score = net_score(60, 25, 100).one()
    >>> round(score.low, 1), round(score.value, 1), round(score.high, 1)
    (17.5, 35.0, 50.4)

    Raises:
        InvalidInput: a count is negative, or for and against are more than all.
    """
    plus, minus, total = np.broadcast_arrays(
        counts(n_for, name="n_for"), counts(n_against, name="n_against"), counts(n, name="n")
    )
    if bool(np.any(plus + minus > total)):
        raise InvalidInput("More are for and against than there are.", field="n")
    people = (
        total if n_independent is None else np.minimum(counts(n_independent, name="n_independent"), total)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (plus - minus) / total
        centre, half = _adjusted_wald(plus, minus, total, people=people, z=normal_quantile(confidence))
    low, high = np.maximum(centre - half, -1), np.minimum(centre + half, 1)
    return Estimates(
        value=100 * value,
        low=100 * np.minimum(low, value),
        high=100 * np.maximum(high, value),
        n=total.astype(np.float64),
    )


def _adjusted_wald(
    plus: Floats, minus: Floats, total: Floats, *, people: Floats, z: float
) -> tuple[Floats, Floats]:
    """Centre and half width; the counts are scaled down to the people behind them."""
    scale = people / total
    all_adjusted = people + _PSEUDO_TOTAL
    share_for = (plus * scale + _PSEUDO_SIDE) / all_adjusted
    share_against = (minus * scale + _PSEUDO_SIDE) / all_adjusted
    centre = share_for - share_against
    return centre, z * np.sqrt((share_for + share_against - centre**2) / all_adjusted)


def net_sentiment(
    n_positive: ArrayLike,
    n_negative: ArrayLike,
    n_mentions: ArrayLike,
    *,
    n_voices: ArrayLike | None = None,
    confidence: float = CONFIDENCE,
) -> Estimates:
    """Net sentiment: % positive − % negative mentions, −100 to 100; neutral ones count in n.

    Formula, range, small samples, `Raises:` and source: see `net_score`, with `n_voices` as the
    number of independent people.

    >>> net_sentiment([3, 0], [1, 0], [4, 0]).value.tolist()
    [50.0, nan]
    """
    return net_score(n_positive, n_negative, n_mentions, n_independent=n_voices, confidence=confidence)
