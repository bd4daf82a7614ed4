"""Fits what people corrected: regressions over n-grams, on top of what the model says already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from zhiyin.understand.polarity import text_ngrams
from zhiyin.understand.taught import BITS, N_LABELS, softmax
from zhiyin.understand.text import fold_batch

OF_TEXTS, OF_OPINIONS = 0.03, 0.01
"""How dear it is to give a weight to an n-gram that nobody else writes: of the squared weight."""
COMMON = 1_000.0
"""What it costs more for one that stands in every text: what is common shall not turn on a few lessons."""
_MAX_ITERATIONS = 80
_TOLERANCE = 1e-6

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Loss = Callable[[Doubles], tuple[float, Doubles]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """Words to learn from, row for row: what the model says of them (`odds`), what people say (`target`).

    For texts both have a column a label, for opinions they are vectors of log odds and share of praise.
    `is_ours`: a lesson of this house; others only hold what is said already in its place.
    """

    texts: list[str]
    odds: Doubles
    target: Doubles
    weight: Doubles
    is_ours: npt.NDArray[np.bool_]

    def take(self, rows: Ints) -> Stretches:
        """Return the stretches at `rows`."""
        return Stretches(
            texts=[self.texts[row] for row in rows.tolist()],
            odds=self.odds[rows],
            target=self.target[rows],
            weight=self.weight[rows],
            is_ours=self.is_ours[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """How common n-grams are among what customers write; those not in it are rare."""

    slots: Ints
    share: Doubles

    def shares(self, slots: Ints) -> Doubles:
        """Return the share of texts, 0 to 1, in which the n-gram of each slot stands."""
        place = np.searchsorted(self.slots, slots).clip(max=len(self.slots) - 1)
        found: Doubles = np.where(self.slots[place] == slots, self.share[place], 0.0)
        return found


def learn_stretches(given: Stretches) -> tuple[Ints, Doubles]:
    """Return the slots of the n-grams of this house's lessons, and the weights that they ask for.

    The weights have a column a label, or are one vector for opinions. No lesson leads to no slot. About
    1 s for 400 texts of a sentence, in proportion to the signs.
    """
    features, slots = _count_ngrams(given.texts)
    ours = np.bincount(features[given.is_ours].indices, minlength=features.shape[1])
    kept = np.flatnonzero((ours > 0) & (slots > 0))
    if not len(kept):
        return np.zeros(0, dtype=np.int64), np.zeros((0, *given.odds.shape[1:]))
    features, slots = features[:, kept], slots[kept]
    # A dear n-gram is a small feature: then all have the same penalty.
    is_labels = given.odds.ndim == 2
    own = OF_TEXTS if is_labels else OF_OPINIONS
    size = 1 / np.sqrt(own + COMMON * load_background().shares(slots))
    scaled = (features @ sparse.diags(size)).tocsr()
    if not is_labels:
        return slots, size * _solve_praise(scaled, given=given)
    return slots, size[:, None] * _solve_labels(scaled, given=given)


def _solve_labels(features: sparse.csr_matrix, *, given: Stretches) -> Doubles:
    turned, shape = features.T.tocsr(), (features.shape[1], N_LABELS)

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(shape)
        shares = softmax(given.odds + features @ weights)
        told = (given.target * np.log(np.maximum(shares, 1e-12))).sum(axis=1)
        slope = turned @ (given.weight[:, None] * (shares - given.target)) + weights
        return float(flat @ flat / 2 - given.weight @ told), slope.ravel()

    return _minimise(loss, size=shape[0] * shape[1]).reshape(shape)


def _solve_praise(features: sparse.csr_matrix, *, given: Stretches) -> Doubles:
    turned = features.T.tocsr()

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        odds = given.odds + features @ weights
        cost = given.weight @ (np.logaddexp(0, odds) - given.target * odds)
        slope = turned @ (given.weight * (expit(odds) - given.target)) + weights
        return float(cost + weights @ weights / 2), slope

    return _minimise(loss, size=features.shape[1])


def _minimise(loss: Loss, *, size: int) -> Doubles:
    solved: Doubles = minimize(
        loss,
        np.zeros(size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MAX_ITERATIONS, "ftol": _TOLERANCE},
    ).x
    return solved


def _count_ngrams(texts: list[str]) -> tuple[sparse.csr_matrix, Ints]:
    """Return the n-grams of each text over the root of its length, and the slot of each column."""
    batch = fold_batch(texts)
    owners = batch.owners()
    rows, slots = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for found, order in text_ngrams(batch.codes, bits=BITS):
        real = np.flatnonzero(found)
        rows.append(owners[real + order - 1])
        slots.append(found[real])
    known, columns = np.unique(np.concatenate(slots), return_inverse=True)
    row = np.concatenate(rows)
    share = 1 / np.sqrt(np.maximum(batch.lengths, 1))[row] if len(row) else np.zeros(0)
    counts = sparse.csr_matrix((share, (row, columns.ravel())), shape=(len(texts), len(known)))
    counts.sum_duplicates()
    return counts, known


@cache
def load_background() -> Background:
    """Return what ships with the package (training/count_background.py)."""
    with resources.files("zhiyin.understand").joinpath("models/background.npz").open("rb") as file:
        parts = np.load(file, allow_pickle=False)
        slots = np.cumsum(parts["gaps"], dtype=np.int64)
        return Background(slots=slots, share=parts["per_mille"].astype(np.float64) / 1000)
