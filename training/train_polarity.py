"""Trains the polarity model that ships with `understand` from the public data sets, the same way every time.

    python training/train_polarity.py --data ../shared/data --output src/zhiyin/understand/models/polarity.npz

The figures of the model card come from `measure_understanding.py`, which trains with `train` on fewer texts.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpora import WRITTEN, Example, held_out, read_examples
from train_cells import BITS as CELL_BITS
from train_cells import ClauseCounts, Targets, count_by_clause, train_cells
from zhiyin.understand.cells import unpack
from zhiyin.understand.learning import Labels, Matrix, Weights, count_ngrams, learn, quantise
from zhiyin.understand.polarity import PolarityModel

VERSION = "polarity-2"
BITS = 21
INVERSE_PENALTY = 10.0
JUDGING_SOURCES = ("cars", WRITTEN)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Examples as the model sees them, row for row: n-grams of texts and of clauses, and the labels."""

    examples: list[Example]
    counts: Matrix
    signs: Ints
    clauses: ClauseCounts
    labels: Labels
    targets: Targets


def prepare(examples: list[Example]) -> Prepared:
    """Count everything once; any subset of the rows can then be trained on."""
    texts = [one.text for one in examples]
    counts, signs = count_ngrams(texts, bits=BITS)
    share = np.array([(one.is_positive, one.is_judging) for one in examples], dtype=np.float32)
    weight = np.array([(one.importance, one.judging_importance) for one in examples], dtype=np.float32)
    return Prepared(
        examples=examples,
        counts=counts,
        signs=signs,
        clauses=count_by_clause(texts),
        labels=Labels(praise=share[:, 0].astype(np.float64), importance=weight[:, 0].astype(np.float64)),
        targets=Targets(share=share, weight=weight),
    )


def train(prepared: Prepared, *, rows: Ints) -> PolarityModel:
    """Return the model trained on the examples at `rows` alone."""
    weights = learn(
        prepared.counts[rows],
        signs=prepared.signs[rows],
        labels=prepared.labels.take(rows),
        inverse_penalty=INVERSE_PENALTY,
    )
    model = quantise(weights, version=VERSION, bits=BITS)
    cells = train_cells(
        prepared.clauses, targets=prepared.targets, rows=rows, judging=_learn_judging(prepared, rows=rows)
    )
    return dataclasses.replace(model, cells=cells)


def _learn_judging(prepared: Prepared, *, rows: Ints) -> Weights:
    """Return weights for whether a text judges at all, of the sources that hold texts which do not."""
    known = [row for row in rows.tolist() if prepared.examples[row].source in JUDGING_SOURCES]
    counts, signs = count_ngrams([prepared.examples[row].text for row in known], bits=CELL_BITS)
    targets = prepared.targets
    labels = Labels(
        praise=targets.share[known, 1].astype(np.float64),
        importance=targets.weight[known, 1].astype(np.float64),
    )
    return learn(counts, signs=signs, labels=labels, inverse_penalty=INVERSE_PENALTY)


def learned_from(examples: list[Example]) -> Ints:
    """Return the rows of which the shipped model learns: all but the written clauses that are kept back.

    Against those `zhiyin train` compares models, so that none may have read them.
    """
    return np.flatnonzero([one.source != WRITTEN or not held_out(one.text) for one in examples])


def save(model: PolarityModel, path: Path) -> None:
    """Write the model as `.npz`; of the cells only the slots that weigh anything."""
    about: dict[str, object] = {
        "version": model.version,
        "bits": model.bits,
        "scale": model.scale,
        "bias": model.bias,
    }
    parts = {"table": model.table}
    if model.cells is not None:
        table = unpack(model.cells.packed)
        slots = np.flatnonzero(table.any(axis=1))
        parts |= {"cells": table[slots], "cell_gaps": np.diff(slots, prepend=0).astype(np.uint32)}
        arrays = {name: getattr(model.cells, name) for name in ("scale", "bias", "weights", "intercept")}
        about["cells"] = {"bits": [model.cells.bits]} | {
            name: values.ravel().tolist() for name, values in arrays.items()
        }
    np.savez_compressed(path, about=np.array(json.dumps(about)), **parts)


def main() -> None:
    """Train on everything and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    prepared = prepare(read_examples(options.data))
    save(train(prepared, rows=learned_from(prepared.examples)), options.output)


if __name__ == "__main__":
    main()
