"""Clause cells: small learned readings of each clause, pooled to what the whole text says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import SOFT, SPACE

LONGEST = 64
"""A clause of more signs is read in pieces: 64 signs of 4 n-grams of a byte fit 16 bits."""
LANES = 8
"""Weights of a slot that one look-up reads."""
_EVEN = np.uint64(0x00FF_00FF_00FF_00FF)
_BYTE = np.uint64(8)
_SIGN = np.uint8(0x80)
_ZERO = 128
"""A weight of 0 as it stands in a lane, so that none is negative."""
_NOTHING = np.uint64(0x0080_0080_0080_0080)
_NOTHINGS = np.uint64(0x8080_8080_8080_8080)
_ONE = 1 << 15
N_ANSWERS = 6
N_KINDS = 2
"""Kinds of texts that have a regression of their own: reviews of goods and stays, takeaway orders."""
LONGEST_SUMMED = 3

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Slots = Sequence[tuple[Ints, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCells:
    """A column of `packed` holds eight lanes of 8-bit weights for each slot of 2 ** `bits`.

    A cell is `tanh(bias + scale * sum / sqrt(signs))` of its lane over a clause; the log odds of a text are
    `intercept + weights @ (sum / sqrt(clauses), highest, lowest)` of each cell, one column a question:
    is it praise, does it judge at all. The last lanes are no cells, but sums over the n-grams of up to
    `LONGEST_SUMMED` signs of the whole text, `lean + scale * sum / sqrt(signs)`: the first is added to the
    answer to the second, the next is that answer by forum talk alone; then, for each of `N_KINDS` kinds of
    text, the log odds of praise by a regression over texts of that kind alone; then, for each of them and for
    talk, the log odds that a text is of it.
    """

    bits: int
    packed: npt.NDArray[np.uint64]
    scale: Doubles
    bias: Doubles
    lean: Doubles
    weights: Doubles
    intercept: Doubles

    def read(
        self, slots: Slots, *, bits: int, classes: npt.NDArray[np.uint8], is_end: npt.NDArray[np.bool_]
    ) -> Doubles:
        """Return six columns for each text of a batch.

        Log odds of praise and of judgement, the two of `blend`, log odds of judgement by talk alone, and how
        far a text is talk, 0 to 1. Slot 0 is no n-gram.

        `slots` are the n-grams of `hashed_ngrams` within 2 ** `bits`; `is_end` marks the texts' line ends.
        """
        if not len(classes):
            return np.zeros((0, N_ANSWERS))
        begins, first = split(classes, is_end=is_end)
        signs = np.diff(np.append(begins, len(classes)))
        totals = self._totals(slots, shift=bits - self.bits, begins=begins, signs=signs)
        n_cells = len(self.bias)
        judges, judges_talk, *praised = self._by_text(totals, signs=signs, first=first)
        odds = np.repeat(self.intercept[:, None], len(first), axis=1)
        odds[1] += judges
        cells = self.scale[:n_cells, None] * totals[:n_cells] / np.sqrt(signs)
        # Whole numbers add up to the same wherever a text stands in its batch.
        whole = np.rint(np.tanh(self.bias[:, None] + cells) * _ONE).astype(np.int32)
        by_text = np.sqrt(np.diff(np.append(first, len(begins))))
        pooled = (
            np.add.reduceat(whole, first, axis=1, dtype=np.int64) / by_text,
            np.maximum.reduceat(whole, first, axis=1),
            np.minimum.reduceat(whole, first, axis=1),
        )
        for lane in range(n_cells):
            for place, values in enumerate(pooled):
                odds += values[lane] / _ONE * self.weights[place * n_cells + lane][:, None]
        told = blend(praised[:N_KINDS], kinds=praised[N_KINDS : 2 * N_KINDS])
        return np.column_stack((odds.T, *told, judges_talk, share_of(praised[-1])))

    def _by_text(self, totals: Ints, *, signs: Ints, first: Ints) -> Doubles:
        """Return the log odds of the lanes that are summed over whole texts, a row a lane."""
        # The line end is no sign of its text.
        length = np.maximum(np.add.reduceat(signs, first) - 1, 1)
        n_cells = len(self.bias)
        whole = np.add.reduceat(totals[n_cells:], first, axis=1)
        odds: Doubles = self.lean[:, None] + self.scale[n_cells:, None] * whole / np.sqrt(length)
        return odds

    def _totals(self, slots: Slots, *, shift: int, begins: Ints, signs: Ints) -> Ints:
        """Return the sum of each lane, as rows, over every clause."""
        places = [(place >> shift, order) for place, order in slots]
        empty = _ZERO * len(slots) * signs
        totals = np.empty((LANES * self.packed.shape[1], len(begins)), dtype=np.int64)
        for number, column in enumerate(self.packed.T):
            n_cells = min(max(len(self.bias) - LANES * number, 0), LANES)
            for half, running in enumerate(_running(column, places, n_cells=n_cells)):
                # A sum of 16 bits for every second lane, the lowest first.
                lanes = np.add.reduceat(running, begins).view("<u2").reshape(-1, LANES // 2)
                np.subtract(lanes.T, empty, out=totals[LANES * number + half : LANES * (number + 1) : 2])
        return totals


def share_of(odds: Doubles) -> Doubles:
    """Return log odds as a share, 0 to 1."""
    share: Doubles = (1 + np.tanh(odds / 2)) / 2
    return share


def blend(praised: Sequence[Doubles], *, kinds: Sequence[Doubles]) -> tuple[Doubles, Doubles]:
    """Return what the kinds say, as far as a text is of them, and how far it is of any, 0 to 1."""
    shares = [share_of(kind) for kind in kinds]
    whole = np.sum(shares, axis=0)
    # A text of two kinds is of each by half.
    over = np.maximum(whole, 1)
    said: Doubles = np.sum([share * odds for share, odds in zip(shares, praised, strict=True)], axis=0)
    return said / over, whole / over


def _running(
    column: npt.NDArray[np.uint64], places: Slots, *, n_cells: int
) -> tuple[npt.NDArray[np.uint64], ...]:
    """Return what each sign adds to the even lanes of a column and to the odd ones."""
    cells = np.uint64((1 << (8 * n_cells)) - 1)
    others = _NOTHINGS & ~cells
    n_signs = len(places[0][0])
    even, odd = np.zeros(n_signs, dtype=np.uint64), np.zeros(n_signs, dtype=np.uint64)
    for place, order in places:
        found = column[place]
        if order > LONGEST_SUMMED:
            found &= cells
            found |= others
        even[order - 1 :] += found & _EVEN
        found >>= _BYTE
        odd[order - 1 :] += found & _EVEN
        # No n-gram ends at the first signs of a batch.
        even[: order - 1] += _NOTHING
        odd[: order - 1] += _NOTHING
    return even, odd


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
    packed = np.full((1 << bits, table.shape[1]), _SIGN)
    packed[slots] = np.ascontiguousarray(table).view(np.uint8) ^ _SIGN
    return packed.view("<u8")


def unpack(packed: npt.NDArray[np.uint64]) -> npt.NDArray[np.int8]:
    """Return the table that `pack` was given, a row for every slot."""
    return (np.ascontiguousarray(packed).view(np.uint8) ^ _SIGN).view(np.int8)
