"""Clauses and sentences of a batch: where each begins, for every code point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SOFT, HARD, LATIN, SPACE, POINT, DIGIT, PLURAL, QUOTE = 1, 2, 4, 8, 16, 32, 64, 128
_QUOTED_SIGNS = 5
_TABLE_SIZE = 1 << 16


def _classes() -> npt.NDArray[np.uint8]:
    table = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    for signs, bits in (
        ('，,：:~～（）()[]【】“”"—|/', SOFT),
        ("。！？!?;；\n\r…", SOFT | HARD),
        (" \t\u3000", SPACE),
        (".", POINT),
        ("0123456789", DIGIT),
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", LATIN),
    ):
        table[[ord(sign) for sign in signs]] = bits
    table[ord("s")] |= PLURAL
    table[[ord(sign) for sign in '"“”']] |= QUOTE
    return table


_CLASSES = _classes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """For every code point its `classes`, `clause` and `sentence` number; for every clause its `begin`.

    Clause `c` covers `begin[c]:begin[c + 1]`; its first code point is the sign that ends the one before.
    """

    classes: npt.NDArray[np.uint8]
    clause: npt.NDArray[np.int32]
    sentence: npt.NDArray[np.int32]
    begin: npt.NDArray[np.int64]

    def count_signs(self, clause: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Return how many signs the clauses have, without the mark in front, which the first has not."""
        begin = self.begin[clause]
        has_mark = (self.classes[np.minimum(begin, len(self.classes) - 1)] & (SOFT | HARD | SPACE)) != 0
        counts: npt.NDArray[np.int64] = self.begin[clause + 1] - begin - has_mark
        return counts


def classify(codes: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Return the class bits of every code point."""
    classes: npt.NDArray[np.uint8] = _CLASSES[np.minimum(codes, _TABLE_SIZE - 1)]
    return classes


def split_clauses(classes: npt.NDArray[np.uint8], *, contrasts: npt.NDArray[np.int64]) -> Clauses:
    """Return the clauses between punctuation marks and `contrasts` (offsets of words like 但是)."""
    hard = (classes & HARD) != 0
    soft = (classes & SOFT) != 0
    # A space parts Chinese clauses but English words; a point ends a sentence only before a space.
    space = (classes & SPACE) != 0
    latin_before = np.zeros_like(space)
    latin_before[1:] = (classes[:-1] & (LATIN | DIGIT)) != 0
    soft |= space & ~latin_before
    soft[_quoted_words(classes)] = False
    point = np.flatnonzero(classes & POINT)
    at_end = point[(point + 1 < len(classes))]
    at_end = at_end[(classes[at_end + 1] & (SPACE | SOFT | POINT)) != 0]
    soft[at_end] = True
    hard[at_end] = True
    soft[contrasts] = True
    clause = np.cumsum(soft, dtype=np.int32)
    begin = np.concatenate(([0], np.flatnonzero(soft), [len(classes)]))
    return Clauses(classes=classes, clause=clause, sentence=np.cumsum(hard, dtype=np.int32), begin=begin)


def _quoted_words(classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return the quotation marks around a word or two, which part no clause: 分量真"足"."""
    quotes = np.flatnonzero(classes & QUOTE)
    is_near = np.diff(quotes) <= _QUOTED_SIGNS + 1
    return np.unique(np.concatenate((quotes[:-1][is_near], quotes[1:][is_near])))
