"""Whether a mark stands before or after a word in its sentence, a clause or two away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import Clauses
from zhiyin.understand.lexicon import Hits

_CLOSE_CLAUSES = 2

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def has_before(words: Hits, *, marks: Hits, clauses: Clauses) -> Bools:
    """Tell which words have a mark before them in their sentence, at most two clauses away."""
    if not len(marks):
        return np.zeros(len(words), dtype=bool)
    place = np.searchsorted(marks.start, words.start, side="right") - 1
    mark = marks.start[np.maximum(place, 0)]
    before: Bools = (place >= 0) & is_close(mark, words.start, clauses=clauses)
    return before


def has_after(words: Hits, *, marks: Hits, clauses: Clauses) -> Bools:
    """Tell which words have a mark after them in their sentence, at most two clauses away."""
    return next_mark(words, marks=marks, clauses=clauses)[1]


def next_mark(words: Hits, *, marks: Hits, clauses: Clauses) -> tuple[Ints, Bools]:
    """Return for each word the offset of the next mark, and whether it is close and in the same sentence."""
    if not len(marks):
        return words.start, np.zeros(len(words), dtype=bool)
    place = np.searchsorted(marks.start, words.end, side="left")
    mark = marks.start[np.minimum(place, len(marks) - 1)]
    return mark, (place < len(marks)) & is_close(words.start, mark, clauses=clauses)


def has_before_in_clause(words: Hits, *, marks: Hits, clauses: Clauses) -> Bools:
    """Tell which words have a mark before them in their clause."""
    if not len(marks):
        return np.zeros(len(words), dtype=bool)
    place = np.searchsorted(marks.end, words.start, side="right") - 1
    clause = clauses.clause
    before: Bools = (place >= 0) & (clause[marks.start[np.maximum(place, 0)]] == clause[words.start])
    return before


def is_close(first: Ints, second: Ints, *, clauses: Clauses) -> Bools:
    """Tell which offsets lie in one sentence, the second at most two clauses after the first."""
    is_same: Bools = clauses.sentence[first] == clauses.sentence[second]
    return is_same & (clauses.clause[second] - clauses.clause[first] <= _CLOSE_CLAUSES)
