"""Tells talk off the subject (weather, jokes, lyrics, private life) from what customers say.

Learned n-grams weigh, and words of such talk beside them. Who speaks of a thing bought or a service had is on
the subject whatever else is said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from zhiyin.understand.polarity import text_ngrams
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_rows

BITS = 17
N_ORDERS = 3
"""N-grams of 1 to 3 code points."""
_WEIGHTS = {"topic": 2.5, "hint": 1.0, "trade": -100.0}
"""Log odds that each different word of a role adds (first column of `subject_words.tsv`)."""
_MOST_BY_WORDS = 4.0
_FEWEST_SIGNS, _FEW_SIGNS, _SHORT = 7, 12, 0.7
"""Shorter texts are left alone; below `_FEW_SIGNS` they must be surer by `_SHORT`."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectModel:
    """Log odds that a text is off the subject: `bias` + `scale` · sum of weights / √signs.

    From `bar` on it is called so.
    """

    table: npt.NDArray[np.int8]
    scale: float
    bias: float
    bar: float

    def odds(self, codes: npt.NDArray[np.uint32], *, starts: Ints) -> Floats:
        """Return the log odds of texts, each of which ends with a line end; `starts` as in `FoldedBatch`."""
        weights = np.zeros(len(codes), dtype=np.int32)
        for slots, order in ngrams(codes):
            weights[order - 1 :] += np.take(self.table, slots)
        sums = np.concatenate(([0], np.cumsum(weights, dtype=np.int64)))
        totals = sums[starts[1:] - 1] - sums[starts[:-1]]
        odds: Floats = self.bias + self.scale * totals / np.sqrt(np.maximum(np.diff(starts) - 1, 1))
        return odds


def find_off_subject(batch: FoldedBatch, *, rows: Ints, model: SubjectModel | None = None) -> Ints:
    """Return those of the texts `rows` that are off the subject; the other texts cost nothing."""
    model = model or load_subjects()
    rows = rows[batch.lengths[rows] >= _FEWEST_SIGNS]
    if not len(rows):
        return rows
    codes, starts = _pick(batch, rows)
    odds = model.odds(codes, starts=starts)
    near = np.flatnonzero(odds >= model.bar - _MOST_BY_WORDS)
    by_words = np.array([_weigh_words(batch, row) for row in rows[near].tolist()])
    bar = np.where(batch.lengths[rows[near]] < _FEW_SIGNS, model.bar + _SHORT, model.bar)
    found: Ints = rows[near[odds[near] + by_words >= bar]]
    return found


def ngrams(codes: npt.NDArray[np.uint32]) -> list[tuple[Ints, int]]:
    """Return the slots of the n-grams with their order; slot 0 stands for none and weighs nothing."""
    return [(slots, order) for slots, order in text_ngrams(codes, bits=BITS) if order <= N_ORDERS]


@cache
def load_subjects() -> SubjectModel:
    """Return the shipped model."""
    with (
        resources.files("zhiyin.understand").joinpath("models/subjects.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as parts,
    ):
        about = json.loads(str(parts["about"]))
        return SubjectModel(table=parts["table"], scale=about["scale"], bias=about["bias"], bar=about["bar"])


def _pick(batch: FoldedBatch, rows: Ints) -> tuple[npt.NDArray[np.uint32], Ints]:
    lengths = np.diff(batch.starts)[rows]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    places = np.arange(starts[-1]) + np.repeat(batch.starts[:-1][rows] - starts[:-1], lengths)
    return batch.codes[places], starts


def _weigh_words(batch: FoldedBatch, row: int) -> float:
    """Return the log odds that the words of a text add; where words of trade stand it is never enough."""
    automaton, weights = _words()
    text = batch.joined[batch.starts[row] : batch.starts[row + 1] - 1]
    met = {word for word, _, _ in automaton.find_matches_as_indexes(text)}
    return min(sum(weights[word] for word in met), _MOST_BY_WORDS)


@cache
def _words() -> tuple[ahocorasick_rs.AhoCorasick, list[float]]:
    """Return the automaton of the words and what each weighs."""
    pairs = [
        (word.replace("_", " "), _WEIGHTS[role])
        for role, words in read_rows("subject_words.tsv")
        for word in words.split(" ")
    ]
    automaton = ahocorasick_rs.AhoCorasick(
        [word for word, _ in pairs], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    return automaton, [weight for _, weight in pairs]
