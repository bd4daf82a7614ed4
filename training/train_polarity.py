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
from train_cells import ClauseCounts, Sums, Targets, count_by_clause, train_cells
from zhiyin.understand.cells import LONGEST_SUMMED, unpack
from zhiyin.understand.learning import Labels, Matrix, Weights, count_ngrams, learn, quantise
from zhiyin.understand.polarity import PolarityModel

VERSION = "polarity-4"
BITS = 21
INVERSE_PENALTY = 10.0
JUDGING_SOURCES = ("cars", WRITTEN)
KINDS = (("shopping", "electronics"), ("takeaway",))
"""Sources of one kind: goods and stays; orders, which are judged by other things, in few words."""
TALK = "cars"
"""Forum posts, most of which judge nothing."""
LEAST_OF_KIND = 2_000
KIND_LEANS = (0.0, 1.0)
KIND_SHARPNESS = 2.0
"""A text is taken for one of a kind less gradually than the odds say."""
WRITTEN_WEIGHT = 4.0
"""Our own clauses, of no kind, are few; they keep the kinds from claiming every short clause."""
THINNED, THINNING = "shopping", 3
"""Of the largest source every third text is enough to tell kinds apart."""
_NEVER = -30.0

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Examples as the model sees them, row for row: n-grams of texts and of clauses, and the labels."""

    examples: list[Example]
    counts: Matrix
    short_counts: Matrix
    signs: Ints
    clauses: ClauseCounts
    labels: Labels
    targets: Targets

    @property
    def judging(self) -> Labels:
        """Whether texts judge at all, as labels."""
        return Labels(
            praise=self.targets.share[:, 1].astype(np.float64),
            importance=self.targets.weight[:, 1].astype(np.float64),
        )


def prepare(examples: list[Example]) -> Prepared:
    """Count everything once; any subset of the rows can then be trained on."""
    texts = [one.text for one in examples]
    counts, signs = count_ngrams(texts, bits=BITS)
    share = np.array([(one.is_positive, one.is_judging) for one in examples], dtype=np.float32)
    weight = np.array([(one.importance, one.judging_importance) for one in examples], dtype=np.float32)
    return Prepared(
        examples=examples,
        counts=counts,
        short_counts=count_ngrams(texts, bits=CELL_BITS, longest=LONGEST_SUMMED)[0],
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
        prepared.clauses, targets=prepared.targets, rows=rows, sums=_learn_sums(prepared, rows=rows)
    )
    return dataclasses.replace(model, cells=cells)


def _learn_sums(prepared: Prepared, *, rows: Ints) -> Sums:
    """Return the sums over whole texts; of a kind with few texts nothing is learned, and no text is of it."""
    sources = np.array([one.source for one in prepared.examples])
    equal = dataclasses.replace(prepared.labels, importance=np.minimum(prepared.labels.importance, 1.0))
    telling = rows[(sources[rows] != THINNED) | (rows % THINNING == 0)]
    praise, kind = [], []
    for names, lean in zip(KINDS, KIND_LEANS, strict=True):
        is_of_it = np.isin(sources, names)
        mine = rows[is_of_it[rows]]
        if len(mine) < LEAST_OF_KIND:
            praise.append(_silent(0.0))
            kind.append(_silent(_NEVER))
            continue
        praise.append(_regress(prepared, rows=mine, labels=equal))
        kind.append(_learn_kind(prepared, rows=telling, is_of_it=is_of_it, lean=lean))
    judging_talk, talk = _silent(0.0), _silent(_NEVER)
    mine = rows[sources[rows] == TALK]
    if len(mine) >= LEAST_OF_KIND:
        judging_talk = _regress(prepared, rows=mine, labels=prepared.judging)
        talk = _learn_kind(prepared, rows=telling, is_of_it=sources == TALK, lean=0.0)
    return Sums(
        judging=_learn_judging(prepared, rows=rows),
        judging_talk=judging_talk,
        praise=tuple(praise),
        kind=(*kind, talk),
    )


def _learn_kind(prepared: Prepared, *, rows: Ints, is_of_it: npt.NDArray[np.bool_], lean: float) -> Weights:
    """Return weights for whether a text is of a kind."""
    is_ours = np.array([one.source == WRITTEN for one in prepared.examples])
    importance = np.where(is_ours, WRITTEN_WEIGHT, 1.0)
    labels = Labels(praise=is_of_it.astype(np.float64), importance=importance)
    found = _regress(prepared, rows=rows, labels=labels)
    return Weights(table=KIND_SHARPNESS * found.table, bias=KIND_SHARPNESS * found.bias + lean)


def _silent(odds: float) -> Weights:
    return Weights(table=np.zeros(1 << CELL_BITS), bias=odds)


def _regress(prepared: Prepared, *, rows: Ints, labels: Labels) -> Weights:
    return learn(
        prepared.short_counts[rows],
        signs=prepared.signs[rows],
        labels=labels.take(rows),
        inverse_penalty=INVERSE_PENALTY,
        by_side=False,
    )


def _learn_judging(prepared: Prepared, *, rows: Ints) -> Weights:
    """Return weights for whether a text judges at all, of the sources that hold texts which do not."""
    known = [row for row in rows.tolist() if prepared.examples[row].source in JUDGING_SOURCES]
    counts, signs = prepared.short_counts[known], prepared.signs[known]
    labels = prepared.judging.take(np.array(known))
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
        arrays = {
            name: getattr(model.cells, name) for name in ("scale", "bias", "lean", "weights", "intercept")
        }
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
