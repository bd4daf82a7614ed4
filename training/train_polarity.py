"""Trains the polarity model that ships with `understand` from the public data sets, the same way every time.

    python training/train_polarity.py --data ../shared/data --output src/zhiyin/understand/models/polarity.npz

Prints the figures of the model card: half of the work is measured on texts that the measured model
has not seen, by text and by source; the shipped model then learns from all of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from corpora import Example, held_out, read_examples
from zhiyin.understand.polarity import PolarityModel, hashed_ngrams
from zhiyin.understand.text import fold_batch

VERSION = "polarity-1"
BITS = 21
SEED = 20261121
INVERSE_PENALTY = 0.3
MIN_TEXTS = 2
ITERATIONS = 200

Matrix = sparse.csr_matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Weights of every hash slot, and the bias."""

    weights: npt.NDArray[np.float64]
    bias: float


def count_ngrams(texts: list[str]) -> Matrix:
    """Return the n-grams of each text, divided by the root of its length: what the model sees."""
    batch = fold_batch(texts)
    owners = batch.owners()
    is_end = batch.codes == ord("\n")
    breaks = np.concatenate(([0], np.cumsum(is_end)))
    rows, columns = [], []
    for slots, order in hashed_ngrams(batch.codes, bits=BITS):
        last = np.arange(order - 1, len(batch.codes))
        whole = breaks[last + 1] == breaks[last - order + 1]
        rows.append(owners[last][whole])
        columns.append(slots[whole])
    place = (np.concatenate(rows), np.concatenate(columns))
    counts = sparse.csr_matrix(
        (np.ones(len(place[0]), dtype=np.float32), place), shape=(len(texts), 1 << BITS)
    )
    counts.sum_duplicates()
    roots = 1 / np.sqrt(np.maximum(batch.lengths, 1))
    return (sparse.diags(roots.astype(np.float32)) @ counts).tocsr()


def train(counts: Matrix, *, labels: npt.NDArray[np.int64], importance: npt.NDArray[np.float64]) -> Trained:
    """Return a logistic regression over n-grams weighed by their rarity."""
    n_texts = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = np.log((1 + counts.shape[0]) / (1 + n_texts)) + 1
    rarity[n_texts < MIN_TEXTS] = 0
    weighed = counts.multiply(rarity.astype(np.float32)[None, :]).tocsr()
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=ITERATIONS, random_state=SEED)
    model.fit(weighed, labels, sample_weight=importance)
    return Trained(weights=model.coef_[0] * rarity, bias=float(model.intercept_[0]))


def quantise(trained: Trained) -> PolarityModel:
    """Return the model with 8-bit weights."""
    scale = float(np.quantile(np.abs(trained.weights[trained.weights != 0]), 0.9999)) / 127
    table = np.clip(np.rint(trained.weights / scale), -127, 127).astype(np.int8)
    return PolarityModel(version=VERSION, bits=BITS, table=table, scale=scale, bias=trained.bias)


def predict(model: PolarityModel, texts: list[str]) -> npt.NDArray[np.float32]:
    """Return the log odds of every text as inference computes them."""
    batch = fold_batch(texts)
    sums = model.prefix_sums(batch.codes)
    return model.log_odds(sums[batch.starts[1:] - 1] - sums[batch.starts[:-1]], n_signs=batch.lengths)


def fit(examples: list[Example], counts: Matrix, rows: npt.NDArray[np.int64]) -> PolarityModel:
    """Return the model trained on `rows`."""
    labels = np.array([int(examples[row].is_positive) for row in rows])
    importance = np.array([examples[row].importance for row in rows])
    return quantise(train(counts[rows], labels=labels, importance=importance))


def report(model: PolarityModel, examples: list[Example], *, title: str) -> None:
    """Print macro-F1 for each source of `examples`."""
    odds = predict(model, [example.text for example in examples])
    truth = np.array([example.is_positive for example in examples])
    sources = np.array([example.source for example in examples])
    for source in sorted(set(sources)):
        rows = sources == source
        figure = f1_score(truth[rows], odds[rows] > 0, average="macro")
        sys.stdout.write(f"{title}\t{source}\tn={rows.sum()}\tmacro-F1={figure:.4f}\n")


def save(model: PolarityModel, path: Path) -> None:
    """Write the model as `.npz`."""
    about = {"version": model.version, "bits": model.bits, "scale": model.scale, "bias": model.bias}
    np.savez_compressed(path, table=model.table, about=np.array(json.dumps(about)))


def main() -> None:
    """Measure, then train on everything and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--no-figures", action="store_true", help="write the model without measuring")
    options = parser.parse_args()
    examples = read_examples(options.data)
    counts = count_ngrams([example.text for example in examples])
    if not options.no_figures:
        measure(examples, counts)
    save(fit(examples, counts, np.arange(len(examples))), options.output)


def measure(examples: list[Example], counts: Matrix) -> None:
    """Print the figures by text (a fifth kept back) and by source (each left out whole)."""
    is_out = np.array([held_out(example.text) for example in examples])
    model = fit(examples, counts, np.flatnonzero(~is_out))
    report(model, [one for one, out in zip(examples, is_out, strict=True) if out], title="by text")
    for source in ("shopping", "takeaway", "electronics"):
        others = np.flatnonzero(np.array([example.source != source for example in examples]))
        model = fit(examples, counts, others)
        report(model, [one for one in examples if one.source == source], title="source unseen")


if __name__ == "__main__":
    main()
