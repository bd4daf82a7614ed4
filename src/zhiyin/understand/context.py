"""What stands before a hit in its clause: negations and hypotheticals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import Clauses
from zhiyin.understand.lexicon import Hits, Kind

_DOUBLE_REACH = 2

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The negations, hypotheticals and opinion words of a batch, to ask what they do to a hit."""

    clauses: Clauses
    negations: Hits
    hypotheticals: Hits
    words: Hits

    def is_negated(self, hits: Hits) -> Bools:
        """Tell whether a negation turns each hit; two in a row turn it back (不是不好吃)."""
        if not len(self.negations):
            return np.zeros(len(hits), dtype=bool)
        negations, clause = self.negations, self.clauses.clause
        # The last one that begins before the hit: 没有 may share a sign with 有异味.
        near = np.searchsorted(negations.start, hits.start, side="left") - 1
        is_found = near >= 0
        near = np.maximum(near, 0)
        distance = hits.start - negations.end[near]
        is_found &= distance <= negations.value[near]
        is_found &= clause[negations.start[near]] == clause[hits.start]
        is_found &= ~self._has_word_between(negations.end[near], hits.start)
        second = np.maximum(near - 1, 0)
        is_double = (near > 0) & (negations.start[near] - negations.end[second] <= _DOUBLE_REACH)
        is_double &= clause[negations.start[second]] == clause[hits.start]
        return is_found & ~is_double

    def is_hypothetical(self, hits: Hits, *, open_only: bool) -> Bools:
        """Tell whether a word before each hit in its clause says that it is only thought of.

        `open_only` leaves out what is past, wished or promised (以前, 希望, 承诺).
        """
        marks = self.hypotheticals
        if open_only:
            marks = marks.take(np.flatnonzero(marks.value > 0))
        if not len(marks):
            return np.zeros(len(hits), dtype=bool)
        near = np.searchsorted(marks.end, hits.start, side="right") - 1
        same = self.clauses.clause[marks.start[np.maximum(near, 0)]] == self.clauses.clause[hits.start]
        is_before: Bools = (near >= 0) & same
        return is_before

    def _has_word_between(self, begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> Bools:
        if not len(self.words):
            return np.zeros(len(begin), dtype=bool)
        before = np.searchsorted(self.words.end, end, side="right") - 1
        return (before >= 0) & (self.words.start[np.maximum(before, 0)] >= begin)


def build_context(hits: Hits, *, clauses: Clauses) -> Context:
    """Return the context of a batch's hits."""
    return Context(
        clauses=clauses,
        negations=hits.of(Kind.NEGATION),
        hypotheticals=hits.of(Kind.HYPOTHETICAL),
        words=hits.of(Kind.WORD),
    )
