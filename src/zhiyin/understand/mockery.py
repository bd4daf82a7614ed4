"""Praise that is meant as blame: 呵呵真快, "好", 好到没人理我, 真快，半个月才到."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import Clauses
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import BELYING, SLOW
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.nearness import has_after, has_before, next_mark
from zhiyin.understand.text.signs import are_any_of

_QUOTE = ord('"')
_SURELY = ord("真")
_SURELY_REACH = 3
_SO_THAT = "得到"

Bools = npt.NDArray[np.bool_]


def find_mocked(
    words: Hits,
    *,
    polarity: npt.NDArray[np.floating],
    hits: Hits,
    but: Hits,
    clauses: Clauses,
    codes: npt.NDArray[np.uint32],
    table: WordTable,
) -> Bools:
    """Tell which opinion words, of the given polarity, mock; `but` are the 但是 among the hits."""
    marks = hits.of(Kind.MOCKERY)
    before, after = codes[np.maximum(words.start - 1, 0)], codes[np.minimum(words.end, len(codes) - 1)]
    mocked: Bools = (before == _QUOTE) & (after == _QUOTE)
    mocked |= has_before(words, marks=marks.take(np.flatnonzero(marks.value > 0)), clauses=clauses)
    # The praise ends in its contrary: 好到没人理我, 好吃得我一口都没吃完.
    ends_ill = _is_gainsaid_at_once(words, polarity=polarity, clauses=clauses)
    ends_ill |= _is_belied_at_once(words, marks=marks, clauses=clauses)
    mocked |= are_any_of(after, _SO_THAT) & ends_ill
    rows = np.flatnonzero(_is_belied(words, marks=marks, clauses=clauses, table=table))
    chosen = words.take(rows)
    # 真快，半个月才到: the facts give the lie to the praise, unless a 但是 stands between.
    mocked[rows] |= _is_sure(chosen, codes=codes, clauses=clauses) & ~has_after(
        chosen, marks=but, clauses=clauses
    )
    return mocked


def _is_belied(words: Hits, *, marks: Hits, clauses: Clauses, table: WordTable) -> Bools:
    """Tell which words facts follow that go ill with praise, or with praise of speed."""
    belying = marks.take(np.flatnonzero(marks.value == BELYING))
    slow = marks.take(np.flatnonzero(marks.value == SLOW))
    belied = has_after(words, marks=belying, clauses=clauses)
    return belied | (table.is_speedy[words.name] & has_after(words, marks=slow, clauses=clauses))


def _is_belied_at_once(words: Hits, *, marks: Hits, clauses: Clauses) -> Bools:
    """Tell which words a fact that goes ill with praise follows in their clause."""
    belying = marks.take(np.flatnonzero(marks.value == BELYING))
    mark, is_there = next_mark(words, marks=belying, clauses=clauses)
    belied: Bools = is_there & (clauses.clause[mark] == clauses.clause[words.start])
    return belied


def _is_sure(words: Hits, *, codes: npt.NDArray[np.uint32], clauses: Clauses) -> Bools:
    sure = np.zeros(len(words), dtype=bool)
    for reach in range(_SURELY_REACH + 1):
        place = np.maximum(words.start - reach, 0)
        sure |= (codes[place] == _SURELY) & (clauses.clause[place] == clauses.clause[words.start])
    return sure


def _is_gainsaid_at_once(words: Hits, *, polarity: npt.NDArray[np.floating], clauses: Clauses) -> Bools:
    """Tell which words the next judging word of their clause gainsays."""
    gainsaid = np.zeros(len(words), dtype=bool)
    clause = clauses.clause[words.start]
    gainsaid[:-1] = (clause[1:] == clause[:-1]) & (polarity[1:] < 0) & (polarity[:-1] > 0)
    return gainsaid
