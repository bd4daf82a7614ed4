"""Hope against outcome: what was expected, promised or heard and came out otherwise, and what is missed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import CONFIRMED, EXPECTED, PROMISED, TURNED
from zhiyin.understand.nearness import has_after, has_before_in_clause, next_mark

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating]


def find_overturned(words: Hits, *, polarity: Floats, judging: Hits, hits: Hits, context: Context) -> Bools:
    """Tell which words were expected, promised or heard, and are gainsaid by what follows (以为好吃，结果…).

    `polarity` is that of all `judging` words of the batch in their places, to see whether the outcome
    agrees after all.
    """
    overturned = np.zeros(len(words), dtype=bool)
    owns = hits.of(Kind.OWN)
    turns, agreeing = owns.take(owns.value >= TURNED), owns.take(owns.value == CONFIRMED)
    if not len(turns) or not len(words):
        return overturned
    rows = np.flatnonzero(_is_expected(words, hits=hits, context=context, promised_only=False))
    chosen = words.take(rows)
    turn, is_there = next_mark(chosen, marks=turns, clauses=context.clauses)
    balance = _balance(turn, polarity=polarity, judging=judging, context=context)
    own = polarity[np.searchsorted(judging.start, chosen.start)]
    is_agreed = has_after(chosen, marks=agreeing, clauses=context.clauses)
    # A word that judges only beside its term (近) has no side of its own to compare.
    overturned[rows] = is_there & ~is_agreed & (balance * own <= 0)
    return overturned


def find_broken(terms: Hits, *, polarity: Floats, judging: Hits, hits: Hits, context: Context) -> Bools:
    """Tell which things were promised and not given, by facts alone: 说好半小时送到，等了一小时."""
    broken = np.zeros(len(terms), dtype=bool)
    owns = hits.of(Kind.OWN)
    turns = owns.take(owns.value != CONFIRMED)
    if not len(turns) or not len(terms):
        return broken
    rows = np.flatnonzero(_is_expected(terms, hits=hits, context=context, promised_only=True))
    turn, is_there = next_mark(terms.take(rows), marks=turns, clauses=context.clauses)
    balance = _balance(turn, polarity=polarity, judging=judging, context=context)
    broken[rows] = is_there & (balance <= 0)
    return broken


def _is_expected(spots: Hits, *, hits: Hits, context: Context, promised_only: bool) -> Bools:
    marks = hits.of(Kind.HYPOTHETICAL)
    is_promise = marks.value == PROMISED
    marks = marks.take(is_promise if promised_only else is_promise | (marks.value == EXPECTED))
    return has_before_in_clause(spots, marks=marks, clauses=context.clauses) | has_before_in_clause(
        spots, marks=hits.of(Kind.REPORT), clauses=context.clauses
    )


def _balance(turn: Ints, *, polarity: Floats, judging: Hits, context: Context) -> Floats:
    """Return the sum of the judging words from each turn to the end of its sentence."""
    sums = np.concatenate(([0.0], np.cumsum(polarity)))
    sentence = context.clauses.sentence
    first = np.searchsorted(judging.start, turn, side="left")
    last = np.searchsorted(sentence[judging.start], sentence[turn], side="right")
    balance: Floats = sums[np.maximum(last, first)] - sums[first]
    return balance
