"""Clause cells: small learned readings of each clause, pooled to what the whole text says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import SOFT, SPACE

LONGEST = 64
"""A clause of more signs is read in pieces: 64 signs of 4 n-grams of a byte fit 16 bits."""
LANES = 4
_LANE_BITS = np.uint64(16)
_LANE_MASK = np.uint64(0xFFFF)
_ZERO = 128
"""A weight of 0 as it stands in a lane, so that none is negative."""
_NOTHING = np.uint64(sum(_ZERO << (16 * lane) for lane in range(LANES)))
_ONE = 1 << 15
_LINE_END = 0x0A

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Slots = Sequence[tuple[Ints, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCells:
    """A column of `packed` holds four lanes of 8-bit weights for each slot of 2 ** `bits`.

    A cell is `tanh(bias + scale * sum / sqrt(signs))` of its lane over a clause; the log odds of a text are
    `intercept + weights @ (sum / sqrt(clauses), highest, lowest)` of each cell, one column a question:
    is it praise, does it judge at all. The last lane is no cell: `scale * sum / sqrt(signs)` of it over the
    whole text is added to the answer to the second.
    """

    bits: int
    packed: npt.NDArray[np.uint64]
    scale: Doubles
    bias: Doubles
    weights: Doubles
    intercept: Doubles

    def read(
        self, slots: Slots, *, bits: int, classes: npt.NDArray[np.uint8], is_end: npt.NDArray[np.bool_]
    ) -> Doubles:
        """Return the log odds of each text of a batch, a column a question; slot 0 is no n-gram.

        `slots` are the n-grams of `hashed_ngrams` within 2 ** `bits`; `is_end` marks the texts' line ends.
        """
        if not len(classes):
            return np.zeros((0, len(self.intercept)))
        begins, first = split(classes, is_end=is_end)
        signs = np.diff(np.append(begins, len(classes)))
        totals = self._totals(slots, shift=bits - self.bits, begins=begins, signs=signs)
        clauses = np.diff(np.append(first, len(begins)))
        odds = np.tile(self.intercept, (len(first), 1))
        n_cells, root, by_text = len(totals) - 1, np.sqrt(signs), np.sqrt(clauses)
        # The line end is no sign of its text.
        length = np.maximum(np.add.reduceat(signs, first) - 1, 1)
        odds[:, -1] += self.scale[-1] * np.add.reduceat(totals[-1], first) / np.sqrt(length)
        for lane, total in enumerate(totals[:-1]):
            cell = np.tanh(self.bias[lane] + self.scale[lane] * total / root)
            # Whole numbers add up to the same wherever a text stands in its batch.
            whole = np.rint(cell * _ONE).astype(np.int64)
            pooled = (
                np.add.reduceat(whole, first) / by_text,
                np.maximum.reduceat(whole, first),
                np.minimum.reduceat(whole, first),
            )
            for place, values in enumerate(pooled):
                odds += (values / _ONE)[:, None] * self.weights[place * n_cells + lane]
        return odds

    def _totals(self, slots: Slots, *, shift: int, begins: Ints, signs: Ints) -> list[Ints]:
        """Return the sum of each lane over every clause."""
        totals: list[Ints] = []
        places = [place >> shift for place, _ in slots]
        empty = _ZERO * len(slots) * signs
        # All lanes of a slot lie side by side, so that one look-up reads them.
        running = np.take(self.packed, places[0], axis=0)
        for order, place in enumerate(places[1:], start=1):
            running[order:] += np.take(self.packed, place, axis=0)
            running[:order] += _NOTHING
        for column in running.T:
            sums = np.add.reduceat(column, begins)
            for lane in range(LANES):
                found = (sums >> (_LANE_BITS * np.uint64(lane))) & _LANE_MASK
                totals.append(found.astype(np.int64) - empty)
        return totals


def split(classes: npt.NDArray[np.uint8], *, is_end: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return where the clauses of a batch begin, and the number of the first of each text.

    Punctuation and spaces begin a clause, whatever rules hold elsewhere, and none is over `LONGEST`.
    """
    is_break = (classes & (SOFT | SPACE)) != 0
    is_break[is_end] = False
    starts = np.append(0, np.flatnonzero(is_end)[:-1] + 1)
    is_break[starts] = True
    begins = np.flatnonzero(is_break)
    lengths = np.diff(np.append(begins, len(classes)))
    if lengths.max(initial=0) > LONGEST:
        pieces = -(-lengths // LONGEST)
        piece = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        begins = np.repeat(begins, pieces) + piece * LONGEST
    return begins, np.searchsorted(begins, starts)


def pack(table: npt.NDArray[np.int8], *, slots: Ints, bits: int) -> npt.NDArray[np.uint64]:
    """Return the columns of lanes for `slots`, whose weights are the rows of `table`; others weigh nothing.

    The number of columns of the table, which become lanes, is a multiple of `LANES`.
    """
    packed = np.full((1 << bits, table.shape[1] // LANES), _NOTHING)
    for column, at in enumerate(range(0, table.shape[1], LANES)):
        words = np.zeros(len(table), dtype=np.uint64)
        for lane in range(LANES):
            biased = (table[:, at + lane].astype(np.int16) + _ZERO).astype(np.uint64)
            words |= biased << (_LANE_BITS * np.uint64(lane))
        packed[slots, column] = words
    return packed


def unpack(packed: npt.NDArray[np.uint64]) -> npt.NDArray[np.int8]:
    """Return the table that `pack` was given, a row for every slot."""
    lanes = [
        (column >> (_LANE_BITS * np.uint64(lane))) & _LANE_MASK
        for column in packed.T
        for lane in range(LANES)
    ]
    return (np.stack(lanes, axis=1).astype(np.int16) - _ZERO).astype(np.int8)
