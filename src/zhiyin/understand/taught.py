"""What people's corrections add to whatever a model says: log odds of labels, by the n-grams of the words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.polarity import text_ngrams

BITS = 30
"""Of the hash: so many that hardly two n-grams share a slot, and common words do not pay for rare ones."""
_SIEVE_BITS = 18
_COARSER = BITS - _SIEVE_BITS
N_LABELS = 4
OPINION = N_LABELS
N_COLUMNS = N_LABELS + 1
"""A weight for each label of a text, in the order of `sentiment.LABELS`, one for an opinion's praise."""
_LEAST_SURE, _SUREST = 1.0, 3.0

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Sparse weights of hashed n-grams: row i of `weights`, times `scale`, belongs to slot `slots[i]`.

    Over a stretch of n signs they add up to `scale * sum / sqrt(n)` log odds. Nothing in it depends on how
    the model beneath is made.
    """

    slots: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int16]
    scale: float

    def read(self, codes: npt.NDArray[np.uint32], *, is_end: npt.NDArray[np.bool_]) -> TaughtReading:
        """Return what was taught of a batch of texts, each of which ends with a line end."""
        starts = np.concatenate(([0], np.flatnonzero(is_end) + 1))
        known = np.zeros(1 << _SIEVE_BITS, dtype=bool)
        known[self.slots >> _COARSER] = True
        at, rows = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for slots, order in text_ngrams(codes, bits=BITS):
            likely = np.flatnonzero(np.take(known, slots >> _COARSER))
            row = np.searchsorted(self.slots, slots[likely]).clip(max=len(self.slots) - 1)
            is_it = self.slots[row] == slots[likely]
            at.append(likely[is_it] + order - 1)
            rows.append(row[is_it])
        sign, weights = np.concatenate(at), self.weights[np.concatenate(rows)].astype(np.float64)
        n_texts = len(starts) - 1
        owner = np.searchsorted(starts, sign, side="right") - 1
        # Whole numbers add up to the same wherever a text stands in its batch.
        summed = [np.bincount(owner, weights=weights[:, one], minlength=n_texts) for one in range(N_LABELS)]
        sums = np.zeros(len(codes) + 1)
        np.cumsum(np.bincount(sign, weights=weights[:, OPINION], minlength=len(codes)), out=sums[1:])
        length = np.sqrt(np.maximum(np.diff(starts) - 1, 1))
        labels = self.scale * np.stack(summed, axis=1) / length[:, None]
        return TaughtReading(labels=labels, sums=self.scale * sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtReading:
    """Log odds that were taught: `labels` of each text, a column a label; `sums` run over the signs."""

    labels: Doubles
    sums: Doubles

    def of_stretches(self, begin: Ints, end: Ints, *, n_signs: Ints) -> Doubles:
        """Return the log odds of praise that the stretches add to an opinion in them."""
        odds: Doubles = (self.sums[end] - self.sums[begin]) / np.sqrt(np.maximum(n_signs, 1))
        return odds


def outweigh(
    label: npt.NDArray[np.int8],
    *,
    score: Floats,
    confidence: Floats,
    taught: Doubles,
) -> tuple[npt.NDArray[np.int8], Floats, Floats]:
    """Return label, score and confidence of texts where what was taught outweighs what the model says.

    What it does not turn stays as it is, to the last digit.
    """
    odds = standing(label, confidence=confidence) + taught
    best = odds.argmax(axis=1).astype(np.int8)
    turned = np.flatnonzero(taught.any(axis=1) & (best != label))
    if not len(turned):
        return label, score, confidence
    shares = softmax(odds[turned])
    label, score, confidence = label.copy(), score.copy(), confidence.copy()
    label[turned] = best[turned]
    score[turned] = shares[:, 0] - shares[:, 2]
    confidence[turned] = shares[np.arange(len(turned)), best[turned]].clip(0, 0.99)
    return label, score, confidence


def standing(label: npt.NDArray[np.int8], *, confidence: npt.NDArray[np.floating]) -> Doubles:
    """Return the log odds of each label that a model's own label and its confidence come to."""
    sure = np.clip(confidence.astype(np.float64), 0.5, 0.99)
    odds = np.zeros((len(label), N_LABELS))
    known = np.flatnonzero(label >= 0)
    odds[known, label[known]] = np.log(sure / (1 - sure))[known].clip(_LEAST_SURE, _SUREST)
    return odds


def softmax(odds: Doubles) -> Doubles:
    """Return the shares of the columns, 0 to 1."""
    grown = np.exp(odds - odds.max(axis=1, keepdims=True))
    shares: Doubles = grown / grown.sum(axis=1, keepdims=True)
    return shares
