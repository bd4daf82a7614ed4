"""How well labels found agree with labels given, and whether one way of finding them is really better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.measure.comparison import Change, Verdict
from zhiyin.measure.estimate import CONFIDENCE, Estimate

N_DRAWS = 2_000
SEED = 20261122

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Of one way to find labels: share of labels that are right, and the mean F1 of the labels given."""

    share_right: Estimate
    macro_f1: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChange:
    """Two ways on the same items, and what the second has more than the first."""

    before: Agreement
    after: Agreement
    share_right: Change
    macro_f1: Change


def compare_agreement(
    truth: ArrayLike, *, before: ArrayLike, after: ArrayLike, n_labels: int, confidence: float = CONFIDENCE
) -> AgreementChange:
    """Agreement before and after on the same items, with intervals of both and of the change.

    Labels are whole numbers from 0 to below `n_labels`; any other number found means "none", which is
    never right. Formula: F1 = 2·TP / (given + found) of each label that was given, and their mean.
    Intervals: percentile bootstrap over the items, 2,000 draws, the same in every call.
    Valid range: items are independent of each other. Small samples: below 30 items the intervals are too
    narrow; none is given for 0 items, nor for 1.
    Source: B. Efron, R. Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.

    >>> found = compare_agreement([0, 0, 1, 1], before=[0, 1, 1, 1], after=[0, 0, 1, 1], n_labels=2)
    >>> found.before.share_right.value, round(found.before.macro_f1.value, 4), found.share_right.value
    (0.75, 0.7333, 0.25)
    """
    cells = _count(np.asarray(truth), np.asarray(before), np.asarray(after), n_labels=n_labels)
    n = int(cells.sum())
    if not n:
        nothing = Agreement(share_right=_unknown(0), macro_f1=_unknown(0))
        none = Change(value=None, low=None, high=None, verdict="unknown", n_before=0)
        return AgreementChange(before=nothing, after=nothing, share_right=none, macro_f1=none)
    draws = np.random.default_rng(SEED).multinomial(n, cells.ravel() / n, size=N_DRAWS)
    tables = np.concatenate((cells[None], draws.reshape(-1, *cells.shape)))
    old, new = tables.sum(axis=3), tables.sum(axis=2)
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    shares, scores = (_share(old), _share(new)), (_macro_f1(old), _macro_f1(new))
    return AgreementChange(
        before=_agreement(shares[0], scores[0], n=n, tails=tails),
        after=_agreement(shares[1], scores[1], n=n, tails=tails),
        share_right=_change(shares[1] - shares[0], n=n, tails=tails),
        macro_f1=_change(scores[1] - scores[0], n=n, tails=tails),
    )


def _count(truth: Ints, before: Ints, after: Ints, *, n_labels: int) -> Ints:
    """Return how often each triple of labels occurs; the last place of the found ones is "none"."""
    cells = np.zeros((n_labels, n_labels + 1, n_labels + 1), dtype=np.int64)
    found = [np.where((one >= 0) & (one < n_labels), one, n_labels) for one in (before, after)]
    np.add.at(cells, (truth.astype(np.int64), found[0].astype(np.int64), found[1].astype(np.int64)), 1)
    return cells


def _share(tables: Ints) -> Floats:
    right = np.trace(tables[:, :, :-1], axis1=1, axis2=2)
    share: Floats = right / tables.sum(axis=(1, 2))
    return share


def _macro_f1(tables: Ints) -> Floats:
    right = np.diagonal(tables[:, :, :-1], axis1=1, axis2=2)
    given, found = tables.sum(axis=2), tables[:, :, :-1].sum(axis=1)
    f1 = 2 * right / np.maximum(given + found, 1)
    is_given = given > 0
    mean: Floats = (f1 * is_given).sum(axis=1) / np.maximum(is_given.sum(axis=1), 1)
    return mean


def _agreement(share: Floats, score: Floats, *, n: int, tails: tuple[float, float]) -> Agreement:
    return Agreement(
        share_right=_estimate(share, n=n, tails=tails), macro_f1=_estimate(score, n=n, tails=tails)
    )


def _estimate(values: Floats, *, n: int, tails: tuple[float, float]) -> Estimate:
    low, high = _bounds(values, n=n, tails=tails)
    return Estimate(value=float(values[0]), low=low, high=high, n=n)


def _change(values: Floats, *, n: int, tails: tuple[float, float]) -> Change:
    low, high = _bounds(values, n=n, tails=tails)
    verdict: Verdict = "no_real_change"
    if low is None or high is None:
        verdict = "unknown"
    elif low > 0:
        verdict = "rise"
    elif high < 0:
        verdict = "fall"
    return Change(value=float(values[0]), low=low, high=high, verdict=verdict, n_before=n)


def _bounds(values: Floats, *, n: int, tails: tuple[float, float]) -> tuple[float | None, float | None]:
    if n < 2:
        return None, None
    low, high = np.quantile(values[1:], tails)
    return float(low), float(high)


def _unknown(n: int) -> Estimate:
    return Estimate(value=None, low=None, high=None, n=n)
