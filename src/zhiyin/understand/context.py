"""What stands before a hit in its clause: negations and hypotheticals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import Clauses
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.text.signs import are_any_of

_DOUBLE_REACH = 2
_PLAIN_REACH = 3
NEGATIVE_SIGNS = "不没无未"

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The negations, hypotheticals, opinion words and signs of a batch, to ask what they do to a hit."""

    clauses: Clauses
    negations: Hits
    hypotheticals: Hits
    words: Hits
    judging: Hits
    codes: npt.NDArray[np.uint32]

    def is_negated(self, hits: Hits) -> Bools:
        """Tell whether a negation turns each hit; two in a row turn it back (不是不好吃)."""
        is_negated: Bools = self.count_negations(hits) == 1
        return is_negated

    def count_negations(self, hits: Hits) -> npt.NDArray[np.int8]:
        """Return how many negations reach each hit: 0, 1 or 2."""
        if not len(self.negations):
            return np.zeros(len(hits), dtype=np.int8)
        negations, clause = self.negations, self.clauses.clause
        # The last one that begins before the hit: 没有 may share a sign with 有异味.
        near = np.searchsorted(negations.start, hits.start, side="left") - 1
        # 不满意 and 没让我失望 hold their own negation: the 从来没 that shares it says nothing more.
        shares = (near >= 0) & (negations.end[np.maximum(near, 0)] > hits.start)
        shares &= are_any_of(self.codes[hits.start], NEGATIVE_SIGNS)
        is_two = negations.value[np.maximum(near, 0)] < 0
        near = np.where(shares & ~is_two, near - 1, near)
        is_found = near >= 0
        near = np.maximum(near, 0)
        distance = hits.start - negations.end[near]
        # A reach below 0 is that of two negations in one (不能不说); 没有一次不满意 has one in the word.
        is_found &= distance <= np.abs(negations.value[near])
        is_found &= clause[negations.start[near]] == clause[hits.start]
        is_found &= ~self._has_word_between(negations.end[near], hits.start)
        second = np.maximum(near - 1, 0)
        between = negations.start[near] - negations.end[second]
        # 没有一次不满意 reaches farther than 不会不; two that overlap (并不觉得) are one.
        reach = np.where(negations.value[second] > _PLAIN_REACH, negations.value[second], _DOUBLE_REACH)
        is_double = (near > 0) & (between >= 0) & (between <= reach)
        is_double &= clause[negations.start[second]] == clause[hits.start]
        is_double |= is_two & ~shares
        return (is_found.astype(np.int8)) + (is_found & is_double)

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
        if not len(self.judging):
            return np.zeros(len(begin), dtype=bool)
        before = np.searchsorted(self.judging.end, end, side="right") - 1
        return (before >= 0) & (self.judging.start[np.maximum(before, 0)] >= begin)


def build_context(
    hits: Hits, *, clauses: Clauses, codes: npt.NDArray[np.uint32], table: WordTable
) -> Context:
    """Return the context of a batch's hits; `codes` are its signs."""
    words = hits.of(Kind.WORD)
    return Context(
        clauses=clauses,
        negations=hits.of(Kind.NEGATION),
        hypotheticals=hits.of(Kind.HYPOTHETICAL),
        words=words,
        judging=words.take(np.flatnonzero(table.polarity[words.name])),
        codes=codes,
    )
