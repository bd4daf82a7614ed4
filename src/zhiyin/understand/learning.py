"""Learns polarity weights from labelled texts with NumPy and SciPy alone, anew or starting from a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from zhiyin.understand.polarity import N_ORDERS, PolarityModel, text_ngrams
from zhiyin.understand.text import fold_batch

Matrix = sparse.csr_matrix
Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

_MIN_TEXTS = 2
_SMOOTHING = 1.0
_MOST = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """For each text how likely it is praise, 0 to 1, and what it weighs in learning (0: it is left out)."""

    praise: Doubles
    importance: Doubles

    def take(self, rows: Ints) -> Labels:
        """Return the labels at `rows`."""
        return Labels(praise=self.praise[rows], importance=self.importance[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A weight for every hash slot, and the bias: log odds are `bias + sum / sqrt(signs)`."""

    table: Doubles
    bias: float


def count_ngrams(texts: list[str], *, bits: int, longest: int = N_ORDERS) -> tuple[Matrix, Ints]:
    """Return how often each slot's n-grams stand in each text, and the number of signs of each text.

    Those of more than `longest` signs are left out.
    """
    batch = fold_batch(texts)
    owners = batch.owners()
    rows, columns = [], []
    for slots, order in text_ngrams(batch.codes, bits=bits)[:longest]:
        real = np.flatnonzero(slots)
        rows.append(owners[real + order - 1])
        columns.append(slots[real].astype(np.int64))
    place = (np.concatenate(rows), np.concatenate(columns))
    ones = np.ones(len(place[0]), dtype=np.float32)
    counts = sparse.csr_matrix((ones, place), shape=(len(texts), 1 << bits))
    counts.sum_duplicates()
    return counts, batch.lengths


def learn(
    counts: Matrix, *, signs: Ints, labels: Labels, inverse_penalty: float, by_side: bool = True
) -> Weights:
    """Return a logistic regression over n-grams, each weighed by rarity and, `by_side`, by one-sidedness."""
    rows = np.flatnonzero(labels.importance > 0)
    present, known = counts[rows], labels.take(rows)
    present.data = np.ones_like(present.data)
    n_texts = np.asarray(present.sum(axis=0)).ravel()
    slots = np.flatnonzero(n_texts >= _MIN_TEXTS)
    rarity = np.log((1 + len(rows)) / (1 + n_texts[slots])) + 1
    present = (present[:, slots] @ sparse.diags(rarity)).tocsr()
    lengths = np.sqrt(np.asarray(present.multiply(present).sum(axis=1)).ravel()).clip(1e-9)
    sidedness = _sidedness(present, rarity=rarity, labels=known) if by_side else np.ones(len(slots))
    scaled = (sparse.diags(1 / lengths) @ present @ sparse.diags(sidedness)).tocsr()
    found, bias = fit_logistic(scaled, labels=known, inverse_penalty=inverse_penalty)
    table = np.zeros(counts.shape[1])
    # Inference divides by the root of the signs, which is nearly in proportion to the length above.
    table[slots] = found * sidedness * rarity * np.median(np.sqrt(signs[rows].clip(1)) / lengths)
    return Weights(table=table, bias=bias)


def _sidedness(present: Matrix, *, rarity: Doubles, labels: Labels) -> Doubles:
    """Return for each column the absolute log ratio of its shares in praise and in blame."""
    sides = [labels.importance * share for share in (labels.praise, 1 - labels.praise)]
    shares = []
    for side in sides:
        mass = np.asarray((sparse.diags(side) @ present).sum(axis=0)).ravel() / rarity + _SMOOTHING
        shares.append(mass / mass.sum())
    ratio: Doubles = np.abs(np.log(shares[0] / shares[1]))
    return ratio


def fit_logistic(
    features: Matrix, *, labels: Labels, inverse_penalty: float, offset: Doubles | None = None
) -> tuple[Doubles, float]:
    """Return weights and bias of a logistic regression; `offset` are log odds that stand already.

    With an offset of a model's own log odds the weights are what has to be added to that model.
    """
    already = np.zeros(features.shape[0]) if offset is None else offset
    transposed = features.T.tocsr()

    def loss(point: Doubles) -> tuple[float, Doubles]:
        weights, bias = point[:-1], point[-1]
        odds = already + features @ weights + bias
        wrong = labels.importance * (_sigmoid(odds) - labels.praise)
        cost = labels.importance @ (np.logaddexp(0, odds) - labels.praise * odds)
        slope = np.append(inverse_penalty * (transposed @ wrong) + weights, inverse_penalty * wrong.sum())
        return float(inverse_penalty * cost + weights @ weights / 2), slope

    start = np.zeros(features.shape[1] + 1)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return found.x[:-1], float(found.x[-1])


def _sigmoid(odds: Doubles) -> Doubles:
    share: Doubles = (1 + np.tanh(odds / 2)) / 2
    return share


def quantise(weights: Weights, *, version: str, bits: int) -> PolarityModel:
    """Return the model with 8-bit weights, without cells."""
    scale = float(np.quantile(np.abs(weights.table[weights.table != 0]), 0.9999)) / _MOST
    table = np.clip(np.rint(weights.table / scale), -_MOST, _MOST).astype(np.int8)
    return PolarityModel(version=version, bits=bits, table=table, scale=scale, bias=weights.bias)
