"""Trains the learned cues of aspects that ship with `understand`, the same way every time.

    python training/train_aspects.py --data ../shared/data --output aspect_cues.npz

A text speaks of an aspect if one of its clauses does (multiple-instance logistic regression). What a score
must reach to add an aspect, or to keep one that the word lists found, is chosen by cross-validation over the
training halves; an aspect for which that gains nothing keeps the word lists alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse
from sklearn.metrics import f1_score

from aspect_bags import Bag, bags_of, labelled_of, merge
from aspect_clauses import ClauseSet
from zhiyin.understand.aspect_cues import BITS, NEVER, CueModel

TAXONOMIES = ("restaurant", "cars")
FOLDS = 5
ITERATIONS = 40
INVERSE_PENALTY = 9.0
MIN_CLAUSES = 4
MAX_CUES = 4_000
FIRST_BIAS = -4.0
ADD_FROM = (NEVER, 1.0, 0.5, 0.0, -0.5, -1.0, -1.5)
KEEP_FROM = (-NEVER, -4.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5)
GAIN = 0.004
"""F1 that cross-validation must promise before a bar is set."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Log odds an n-gram (slot of the hash) adds to each aspect, and those that it starts from."""

    slots: npt.NDArray[np.int64]
    values: Floats
    bias: Floats

    def scores(self, ngrams: sparse.csr_matrix) -> Floats:
        """Return the log odds of every clause and aspect."""
        scores: Floats = ngrams[:, self.slots] @ self.values + self.bias
        return scores


def fit(bag: Bag) -> Weights:
    """Return weights under which the best clauses of each text tell its aspects."""
    counts = np.asarray((bag.clauses.ngrams > 0).sum(axis=0)).ravel()
    dense = _fit_slots(bag, np.flatnonzero(counts >= MIN_CLAUSES))
    strength = np.abs(dense.values).max(axis=1)
    chosen = np.sort(np.argsort(-strength, kind="stable")[:MAX_CUES])
    return Weights(slots=dense.slots[chosen], values=dense.values[chosen], bias=dense.bias)


def _fit_slots(bag: Bag, slots: npt.NDArray[np.int64]) -> Weights:
    ngrams = bag.clauses.ngrams[:, slots].tocsr()
    turned = ngrams.T.tocsr()
    n_aspects, n_slots = bag.truth.shape[1], len(slots)
    first = np.flatnonzero(np.diff(bag.clauses.text, prepend=-1))
    owner = np.repeat(np.arange(len(first)), np.diff(first, append=len(bag.clauses.text)))

    def loss(point: Floats) -> tuple[float, Floats]:
        values, bias = point[:-n_aspects].reshape(n_slots, n_aspects), point[-n_aspects:]
        scores = ngrams @ values + bias
        best = np.maximum.reduceat(scores, first, axis=0)
        shares = np.exp(scores - best[owner])
        total = np.add.reduceat(shares, first, axis=0)
        odds = best + np.log(total)
        error = bag.weight * (1 / (1 + np.exp(-odds)) - bag.truth)
        slope = error[owner] * (shares / total[owner])
        cost = (bag.weight * (np.logaddexp(0, odds) - bag.truth * odds)).sum()
        cost += (values**2).sum() / (2 * INVERSE_PENALTY)
        gradient = turned @ slope + values / INVERSE_PENALTY
        return cost, np.concatenate((gradient.ravel(), slope.sum(axis=0)))

    start = np.concatenate((np.zeros(n_slots * n_aspects), np.full(n_aspects, FIRST_BIAS)))
    options = {"maxiter": ITERATIONS, "maxcor": 8}
    point = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return Weights(
        slots=slots, values=point[:-n_aspects].reshape(n_slots, n_aspects), bias=point[-n_aspects:]
    )


def cross_validate(labelled: Bag, others: Sequence[Bag]) -> Floats:
    """Return the score of every clause of the labelled texts by a model that has not seen its text."""
    scores = np.zeros(labelled.clauses.listed.shape)
    fold = np.arange(len(labelled.truth)) % FOLDS
    for number in range(FOLDS):
        is_out = fold[labelled.clauses.text] == number
        weights = fit(merge([*bags_of(labelled, fold != number), *others]))
        scores[is_out] = weights.scores(labelled.clauses.ngrams[is_out])
    return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What a score must reach, for each aspect, and F1 "spoken of" before and after by cross-validation."""

    add_from: Floats
    keep_from: Floats
    before: Floats
    after: Floats


def choose_bars(labelled: Bag, scores: Floats) -> Bars:
    """Return the bars of each aspect under which the F1 of the labelled texts is best.

    A cue may add an aspect to a clause where the lists found nothing of it; a judgement is kept sooner than
    a mere mention.
    """
    eased = scores + labelled.clauses.slack
    rows = [
        _choose_bar(
            labelled.truth[:, at] > 0,
            kept=_best(labelled.clauses, np.where(labelled.clauses.listed, eased, -np.inf)[:, at]),
            free=_best(labelled.clauses, np.where(labelled.clauses.listed, -np.inf, scores)[:, at]),
        )
        for at in range(labelled.truth.shape[1])
    ]
    add_from, keep_from, before, after = (np.array(column) for column in zip(*rows, strict=True))
    return Bars(add_from=add_from, keep_from=keep_from, before=before, after=after)


def _best(clauses: ClauseSet, scores: Floats) -> Floats:
    best = np.full(clauses.text[-1] + 1, -np.inf)
    np.maximum.at(best, clauses.text, scores)
    return best


def _choose_bar(truth: Bools, *, kept: Floats, free: Floats) -> tuple[float, float, float, float]:
    figures = {
        (add, keep): f1_score(truth, ((kept >= keep) & (kept > -np.inf)) | (free >= add))
        for add in ADD_FROM
        for keep in KEEP_FROM
    }
    before = figures[NEVER, -NEVER]
    best = max(figures, key=lambda bars: figures[bars])
    if figures[best] < before + GAIN:
        return NEVER, -NEVER, before, before
    return *best, before, figures[best]


def quantise(weights: Weights, bars: Bars, *, aspects: list[str]) -> CueModel:
    """Return the model of the aspects with a bar, with 16-bit weights: of 8, the many small ones are lost."""
    used = np.flatnonzero((bars.add_from < NEVER) | (bars.keep_from > -NEVER))
    values = weights.values[:, used]
    scale = float(np.abs(values).max()) / 32_767
    table = np.zeros((len(used), len(weights.slots) + 1), dtype=np.int16)
    table[:, 1:] = np.rint(values.T / scale)
    rows = np.zeros(1 << BITS, dtype=np.uint16)
    rows[weights.slots] = np.arange(1, len(weights.slots) + 1)
    return CueModel(
        aspects=tuple(aspects[at] for at in used),
        rows=rows,
        weights=table,
        scale=scale,
        bias=weights.bias[used].astype(np.float32),
        add_from=bars.add_from[used].astype(np.float32),
        keep_from=bars.keep_from[used].astype(np.float32),
        hears_all=True,
    )


def save(models: dict[str, CueModel], path: Path) -> None:
    """Write the models as one `.npz`."""
    about = {
        name: {
            "aspects": model.aspects,
            "scale": model.scale,
            "bias": np.round(model.bias.astype(float), 4).tolist(),
            "add_from": model.add_from.astype(float).tolist(),
            "keep_from": model.keep_from.astype(float).tolist(),
            "hears_all": model.hears_all,
        }
        for name, model in models.items()
    }
    tables = {f"{name}_rows": model.rows for name, model in models.items()}
    tables |= {f"{name}_weights": model.weights for name, model in models.items()}
    np.savez_compressed(path, about=np.array(json.dumps({"taxonomies": about})), **tables)


def train(data: Path, taxonomy: str) -> CueModel:
    """Measure by cross-validation, print the figures, and return the model of all labelled texts."""
    labelled, others, aspects = labelled_of(data, taxonomy)
    bars = choose_bars(labelled, cross_validate(labelled, others))
    for row in zip(aspects, bars.before, bars.after, bars.add_from, bars.keep_from, strict=True):
        sys.stdout.write("{}\t{}\t{:.3f} -> {:.3f}\tadd {:g}\tkeep {:g}\n".format(taxonomy, *row))
    sys.stdout.write(f"{taxonomy}\tmean\t{bars.before.mean():.4f} -> {bars.after.mean():.4f}\n")
    everything = np.ones(len(labelled.truth), dtype=bool)
    return quantise(fit(merge([*bags_of(labelled, everything), *others])), bars, aspects=aspects)


def main() -> None:
    """Train the cues of every taxonomy that has labelled texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    save({name: train(options.data, name) for name in TAXONOMIES}, options.output)


if __name__ == "__main__":
    main()
