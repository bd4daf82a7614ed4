"""Fits what people corrected on top of a polarity model: a sparse difference over its hash slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from zhiyin.understand.adapted import Adaptation, digest
from zhiyin.understand.contract import SentimentLabel
from zhiyin.understand.judging import Known, group_by_taxonomy, read_texts
from zhiyin.understand.polarity import PolarityModel, hashed_ngrams
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.text import fold_batch

PENALTY = 0.02
"""How dear it is to depart from the model: of the squared difference, for n-grams of mean rarity."""
MAX_SIGNS = 400
"""Of longer texts the beginning is learned from; a label of the whole says little of each part."""
_MAX_ITERATIONS = 60
_TOLERANCE = 1e-5
_PROBE = 0.25
_LEAST_GAIN = 0.1
_LARGEST = 2**14
_LINE_END = 0x0A

# Neither praise nor blame: the odds are drawn to even.
_TARGETS: dict[SentimentLabel, float] = {"positive": 1.0, "neutral": 0.5, "mixed": 0.5, "negative": 0.0}

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Known):
    """A text to learn from; `weight` 1 is that of a clause written by us."""

    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Examples made ready for fits: `odds` before, and what one unit of a text's log odds adds to them."""

    features: sparse.csr_matrix
    slots: Ints
    odds: Doubles
    gain: Doubles
    target: Doubles
    weight: Doubles

    def take(self, rows: Ints) -> Lessons:
        """Return the lessons of these rows alone."""
        return replace(
            self,
            features=self.features[rows],
            odds=self.odds[rows],
            gain=self.gain[rows],
            target=self.target[rows],
            weight=self.weight[rows],
        )


def prepare(base: PolarityModel, examples: Sequence[Example]) -> Lessons:
    """Return the lessons of examples, row for row; one that is not Chinese teaches nothing.

    About 1 s for 10,000 short texts.
    """
    texts = [example.text[:MAX_SIGNS] for example in examples]
    odds, gain, is_chinese = _read(base, texts, [example.taxonomy for example in examples])
    given = np.array([example.weight for example in examples], dtype=np.float64)
    counts, slots = _without_unique(*_count_ngrams(texts, bits=base.bits), is_dear=given > 1)
    weight = given * is_chinese
    return Lessons(
        features=counts,
        slots=slots,
        odds=odds,
        gain=np.maximum(gain, _LEAST_GAIN),
        target=np.array([_TARGETS[example.label] for example in examples], dtype=np.float64),
        weight=weight,
    )


def fit(base: PolarityModel, lessons: Lessons, *, version: str, start: Doubles | None = None) -> Adaptation:
    """Return the difference that the lessons ask for: a logistic regression with the base as its prior.

    The bias stays, because what people correct is no fair sample. Deterministic; about 1 s for 10,000
    short texts, less from a `start` (see `solve`). No lesson leads to no difference.
    """
    change = solve(lessons, start=start)
    whole = np.rint(change / base.scale).clip(-_LARGEST, _LARGEST).astype(np.int16)
    kept = np.flatnonzero(whole)
    return Adaptation(
        version=version,
        base_version=base.version,
        base_digest=digest(base),
        slots=lessons.slots[kept].astype(np.int32),
        values=whole[kept],
    )


def solve(lessons: Lessons, *, start: Doubles | None = None) -> Doubles:
    """Return the change of each column of the lessons; `start` is that of other lessons, column by column."""
    rarity = _rarity(lessons.features)
    features = (lessons.features @ sparse.diags(rarity)).tocsr()
    gain, odds, target, weight = lessons.gain, lessons.odds, lessons.target, lessons.weight
    turned = features.T.tocsr()

    def loss(change: Doubles) -> tuple[float, Doubles]:
        now = odds + gain * (features @ change)
        # The cross entropy of soft targets, in a form that overflows nowhere.
        value = weight @ (np.logaddexp(0, now) - target * now) + PENALTY / 2 * (change @ change)
        slope = turned @ (weight * gain * (expit(now) - target)) + PENALTY * change
        return float(value), slope

    found = minimize(
        loss,
        np.zeros(features.shape[1]) if start is None else start / rarity,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MAX_ITERATIONS, "ftol": _TOLERANCE},
    )
    solved: Doubles = found.x * rarity
    return solved


def _read(
    base: PolarityModel, texts: Sequence[str], taxonomies: Sequence[Taxonomy]
) -> tuple[Doubles, Doubles, npt.NDArray[np.bool_]]:
    """Return each text's odds, how they answer to the learned odds, and whether it is Chinese."""
    odds, gain = np.zeros(len(texts)), np.zeros(len(texts))
    is_chinese = np.zeros(len(texts), dtype=bool)
    raised = replace(base, bias=base.bias + _PROBE)
    for taxonomy, rows in group_by_taxonomy(taxonomies):
        some = [texts[row] for row in rows.tolist()]
        reading = read_texts(base, some, taxonomy=taxonomy)
        odds[rows] = reading.read.texts.odds()
        after = read_texts(raised, some, taxonomy=taxonomy).read.texts.odds()
        gain[rows] = (after - odds[rows]) / _PROBE
        is_chinese[rows] = reading.is_chinese
    return odds, gain, is_chinese


def _count_ngrams(texts: Sequence[str], *, bits: int) -> tuple[sparse.csr_matrix, Ints]:
    """Return the n-grams of each text over the root of its length, and the slot of each column."""
    batch = fold_batch(texts)
    owners = batch.owners()
    breaks = np.concatenate(([0], np.cumsum(batch.codes == _LINE_END)))
    rows, slots = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for found, order in hashed_ngrams(batch.codes, bits=bits):
        last = np.arange(order - 1, len(batch.codes))
        whole = breaks[last + 1] == breaks[last - order + 1]
        rows.append(owners[last][whole])
        slots.append(found[whole].astype(np.int64))
    known, columns = np.unique(np.concatenate(slots), return_inverse=True)
    row = np.concatenate(rows)
    share = 1 / np.sqrt(np.maximum(batch.lengths, 1))[row] if len(row) else np.zeros(0)
    counts = sparse.csr_matrix((share, (row, columns.ravel())), shape=(len(texts), len(known)))
    counts.sum_duplicates()
    return counts, known


def _without_unique(
    counts: sparse.csr_matrix, slots: Ints, *, is_dear: npt.NDArray[np.bool_]
) -> tuple[sparse.csr_matrix, Ints]:
    """Return the columns without those of a single text that is not dear: they teach it by heart alone."""
    n_texts = np.bincount(counts.indices, minlength=counts.shape[1])
    in_dear = np.bincount(counts[is_dear].indices, minlength=counts.shape[1])
    # Slot 0 stands for no n-gram and weighs nothing.
    kept = np.flatnonzero(((n_texts > 1) | (in_dear > 0)) & (slots > 0))
    return counts[:, kept], slots[kept]


def _rarity(features: sparse.csr_matrix) -> Doubles:
    """Return how rare each n-gram is among the lessons, 1 on average over their places."""
    n_texts = np.bincount(features.indices, minlength=features.shape[1])
    rarity = np.log((1 + features.shape[0]) / (1 + n_texts)) + 1
    mean = (rarity * n_texts).sum() / max(n_texts.sum(), 1)
    return rarity / (mean or 1.0)
