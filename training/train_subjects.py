"""Trains the small model that tells talk off the subject from what customers say, the same way every time.

    python training/train_subjects.py --data ../shared/data --output subjects.npz

Logistic regression over hashed n-grams of 1 to 3 code points. Off the subject are our own lines of
`sets/off_subject.txt` and posts of `emotion/weibo.csv`; on it are reviews, complaints and posts of all kinds
and our written clauses. The bar is chosen by cross-validation, so that hardly a real review is called off it.
Rows of the labelled public sets take no part.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from measure_fields import PUBLIC
from zhiyin.understand.subjects import BITS, ngrams
from zhiyin.understand.text import fold_batch
from zhiyin.understand.written import is_kept_back, read_written

Floats = npt.NDArray[np.float64]

OWN = Path(__file__).parent / "sets" / "off_subject.txt"
FOLDS = 5
STRICTNESS = 4.0
OWN_WEIGHT, OFF_WEIGHT = 4.0, 3.0
MOST_FLAGGED = 0.003
"""Share of texts on the subject that may be called off it before those are left out that judge an aspect."""
_ON = (
    ("sentiment/shopping.csv", "review", 9000),
    ("sentiment/takeaway.csv", "review", 4000),
    ("sentiment/electronics.csv", "sentence", 400),
    ("places/hotel_reviews.csv", "text", 3000),
    ("places/scenic_reviews.csv", "text", 3000),
    ("complaints/government_replies.csv", "留言详情", 1500),
    ("complaints/government_votes.csv", "留言详情", 1500),
    ("complaints/hotline_12345.csv", "text", 1200),
    ("aspects/car_posts.csv", "content", 3000),
    ("aspects/cosmetics_reviews.csv", "Reviews", 2000),
    ("unlabelled/electronics_reviews.csv", "sentence", 2500),
    ("unlabelled/restaurant_reviews.csv", "content", 1500),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Texts with what they are and what each weighs."""

    texts: list[str]
    is_off: npt.NDArray[np.bool_]
    weight: Floats
    source: list[str]


def read_sample(data: Path) -> Sample:
    """Return the texts to learn from, in an order that does not change."""
    judged = _labelled_digests()
    rows: list[tuple[str, str, float]] = []
    for line in OWN.read_text(encoding="utf-8").splitlines()[1:]:
        rows.append((line.split("\t")[1], "own_off", OWN_WEIGHT))
    rows += [(text, "weibo", OFF_WEIGHT) for text in _column(data / "emotion/weibo.csv", "content", n=0)]
    for file, column, n in _ON:
        rows += [(text, file, 1.0) for text in _column(data / file, column, n=n)]
    rows += [(clause.text, "written", 1.0) for clause in read_written() if not is_kept_back(clause.text)]
    rows = [row for row in rows if _digest(row[0]) not in judged]
    return Sample(
        texts=[text for text, _, _ in rows],
        is_off=np.array([source in ("own_off", "weibo") for _, source, _ in rows]),
        weight=np.array([weight for _, _, weight in rows]),
        source=[source for _, source, _ in rows],
    )


def _labelled_digests() -> frozenset[str]:
    lines = [line for path in PUBLIC.values() for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return frozenset(line.split("\t")[2] for line in lines)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _column(path: Path, column: str, *, n: int) -> list[str]:
    """Return `n` different texts of a column drawn by chance, all for 0."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        texts = sorted(
            {(row[column] or "").strip().replace("\n", " ") for row in csv.DictReader(file)} - {""}
        )
    draw = random.Random(path.name)  # noqa: S311
    return draw.sample(texts, min(n, len(texts))) if n else texts


def count_ngrams(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return how often each slot stands in each text, by the root of the number of its signs."""
    folded = fold_batch(texts)
    owner, lengths = folded.owners(), np.maximum(folded.lengths, 1)
    slots, texts_of = [], []
    for found, order in ngrams(folded.codes):
        slots.append(found)
        texts_of.append(owner[order - 1 :])
    slot, text = np.concatenate(slots), np.concatenate(texts_of)
    keep = slot > 0
    counts = sparse.csr_matrix(
        (np.ones(np.count_nonzero(keep)), (text[keep], slot[keep])), shape=(len(texts), 1 << BITS)
    )
    return sparse.diags(1 / np.sqrt(lengths)) @ counts


def fit(ngram_counts: sparse.csr_matrix, sample: Sample, rows: npt.NDArray[np.int64]) -> LogisticRegression:
    """Return the regression of the texts `rows`."""
    return LogisticRegression(C=STRICTNESS, max_iter=300, tol=1e-3).fit(
        ngram_counts[rows], sample.is_off[rows], sample_weight=sample.weight[rows]
    )


def cross_validate(ngram_counts: sparse.csr_matrix, sample: Sample) -> Floats:
    """Return the log odds of every text by a model that has not read it."""
    fold = np.array([int(_digest(text), 16) % FOLDS for text in sample.texts])
    odds = np.zeros(len(fold))
    for number in range(FOLDS):
        kept = np.flatnonzero(fold == number)
        model = fit(ngram_counts, sample, np.flatnonzero(fold != number))
        odds[kept] = model.decision_function(ngram_counts[kept])
    return odds


def _report(odds: Floats, sample: Sample, *, bar: float) -> Iterator[str]:
    yield f"bar {bar:.2f}"
    for source in dict.fromkeys(sample.source):
        mine = odds[[one == source for one in sample.source]]
        yield f"{source:34}{len(mine):6} off {np.mean(mine >= bar):.4f}"


def main() -> None:
    """Read, choose the bar, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    sample = read_sample(options.data)
    ngram_counts = count_ngrams(sample.texts)
    odds = cross_validate(ngram_counts, sample)
    bar = float(np.quantile(odds[~sample.is_off], 1 - MOST_FLAGGED))
    sys.stdout.write("\n".join(_report(odds, sample, bar=bar)) + "\n")
    model = fit(ngram_counts, sample, np.arange(len(sample.texts)))
    weights = model.coef_[0]
    scale = float(np.abs(weights).max() / 127)
    about = {"scale": round(scale, 6), "bias": round(float(model.intercept_[0]), 4), "bar": round(bar, 2)}
    table = np.rint(weights / scale).astype(np.int8)
    np.savez_compressed(options.output, about=np.array(json.dumps(about)), table=table)


if __name__ == "__main__":
    main()
