"""Which voices of a chunk fit a search."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from zhiyin.insight.search.expression import All, Any, Expression, Not, Term, list_terms
from zhiyin.insight.search.index.chunk import NO_PLACE, Bools, Chunk, Codes, Longs, Rows

_FEW = 8  # one in so many: then only their texts are looked through


def can_match(expression: Expression) -> bool:
    """Whether the index tells the signs of all words apart."""
    return all(
        ord(sign) < NO_PLACE for term in list_terms(expression) for word in term.words for sign in word
    )


def match(chunk: Chunk, expression: Expression) -> Bools:
    """For each voice whether its text fits; the same answer as `expression.fits`."""
    if isinstance(expression, Term):
        found = _match_word(chunk, expression.words[0])
        for word in expression.words[1:]:
            found |= _match_word(chunk, word)
        return found
    if isinstance(expression, Not):
        return ~match(chunk, expression.part)
    found = match(chunk, expression.parts[0])
    for part in expression.parts[1:]:
        if isinstance(expression, All):
            if not found.any():
                break
            found &= match(chunk, part)
        else:
            assert isinstance(expression, Any)
            found |= match(chunk, part)
    return found


def _match_word(chunk: Chunk, word: str) -> Bools:
    found = np.zeros(len(chunk), dtype=bool)
    codes = [ord(sign) for sign in word]
    if len(codes) == 1:
        # All pairs that begin with the sign lie side by side, that at the end of a text too.
        found[_between(chunk, codes[0] << 16, (codes[0] + 1) << 16)] = True
        return found
    holders = sorted((rows_of(chunk, one, two) for one, two in pairwise(codes)), key=len)
    rows = holders[0]
    if len(codes) > 2 and len(rows):
        for others in holders[1:]:
            found[:] = False
            found[others] = True
            rows = rows[found[rows]]
        found[:] = False
        rows = _with_phrase(chunk, rows, np.array(codes, np.uint16))
    found[rows] = True
    return found


def rows_of(chunk: Chunk, one: int, two: int) -> Rows:
    """The voices that hold these two signs side by side, ascending."""
    pair = np.uint32(one << 16 | two)
    place = int(np.searchsorted(chunk.pairs, pair))
    if place == len(chunk.pairs) or chunk.pairs[place] != pair:
        return chunk.rows[:0]
    return chunk.rows[chunk.starts[place] : chunk.starts[place + 1]]


def _between(chunk: Chunk, low: int, high: int) -> Rows:
    first, last = np.searchsorted(chunk.pairs, np.array([low, min(high, 0xFFFFFFFF)], np.uint32))
    return chunk.rows[chunk.starts[first] : chunk.starts[last]]


def _with_phrase(chunk: Chunk, rows: Rows, codes: Codes) -> Rows:
    """Those of the voices in whose text the signs stand one after the other."""
    if not len(rows):
        return rows
    begins = chunk.begins.astype(np.int64)
    if len(rows) * _FEW > len(chunk):
        places = _find(chunk.text, codes)
        owner = np.searchsorted(begins, places, side="right") - 1
        holds = np.zeros(len(chunk), dtype=bool)
        holds[owner] = True
        return rows[holds[rows]]
    begin, size = begins[rows], begins[rows.astype(np.int64) + 1] - begins[rows]
    ends = np.cumsum(size)
    flat = np.arange(ends[-1]) + np.repeat(begin - ends + size, size)
    places = _find(chunk.text[flat], codes)
    return rows[np.unique(np.searchsorted(ends, places, side="right"))]


def _find(text: Codes, codes: Codes) -> Longs:
    """Where the signs stand; `END` between texts keeps a phrase within one."""
    last = len(text) - len(codes) + 1
    places = np.flatnonzero(text[:last] == codes[0])
    for step, code in enumerate(codes[1:], start=1):
        places = places[text[places + step] == code]
    return places
