"""The learned polarity: hashed n-grams of code points, one weight each, summed by prefix sums."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import IO, TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhiyin.understand.cells import ClauseCells, Slots, pack

if TYPE_CHECKING:
    from zhiyin.understand.taught import Taught, TaughtReading

N_ORDERS = 4
"""N-grams of 1 to 4 code points."""
_MULTIPLIER = np.uint32(0x9E3779B1)
_LINE_END = 0x0A
_SEED = np.uint32(0x85EBCA6B)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolarityReading:
    """The prefix sums of a batch, and what the clause cells tell of each text.

    `praise` are their log odds of positive, `judging` those that it judges at all (NaN: no cells);
    `by_kind` are those that the kind of text tells, as far as it is `of_kind`, 0 to 1; `judging_talk` are
    those that it judges, learned from forum talk alone, and `of_talk` is how far it is such talk, 0 to 1.
    """

    sums: npt.NDArray[np.float64]
    praise: npt.NDArray[np.float64]
    judging: npt.NDArray[np.float64]
    by_kind: npt.NDArray[np.float64]
    of_kind: npt.NDArray[np.float64]
    judging_talk: npt.NDArray[np.float64]
    of_talk: npt.NDArray[np.float64]
    taught: TaughtReading | None = None
    """What people's corrections add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolarityModel:
    """`table` of 8-bit weights, times `scale`; the log odds of a span are `bias + sum / sqrt(n)`.

    `bits` is the size of the hash, whose slot 0 stands for no n-gram and weighs nothing; `version` goes into
    every result. `cells` read what a sum cannot hold; to try another table, `dataclasses.replace` keeps them.
    `taught` is what people corrected, on top of all that.
    Stable for what learns on top: the first five fields, `prefix_sums`, `log_odds`, `hashed_ngrams`.
    """

    version: str
    bits: int
    table: npt.NDArray[np.int8]
    scale: float
    bias: float
    cells: ClauseCells | None = None
    taught: Taught | None = None

    def prefix_sums(self, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
        """Return the running sum of the table's whole numbers, one entry more than `codes`.

        The weight of a span is the difference of two entries, exact wherever the span stands in a
        batch; an n-gram counts where it ends. No n-gram reaches over a line end.
        """
        return self._sum(text_ngrams(codes, bits=self.bits), n_signs=len(codes))

    def read(self, codes: npt.NDArray[np.uint32], *, classes: npt.NDArray[np.uint8]) -> PolarityReading:
        """Return everything that the model reads of a batch; every text ends with a line end.

        `classes` are the bits of `classify`.
        """
        slots, is_end = text_ngrams(codes, bits=self.bits), codes == _LINE_END
        sums = self._sum(slots, n_signs=len(codes))
        taught = self.taught.read(codes, is_end=is_end) if self.taught else None
        if self.cells is None:
            silent = np.zeros(np.count_nonzero(is_end))
            return PolarityReading(
                sums=sums,
                praise=silent,
                judging=np.full_like(silent, np.nan),
                by_kind=silent,
                of_kind=silent,
                judging_talk=silent,
                of_talk=silent,
                taught=taught,
            )
        told = self.cells.read(slots, bits=self.bits, classes=classes, is_end=is_end)
        return PolarityReading(
            sums=sums,
            praise=told[:, 0],
            judging=told[:, 1],
            by_kind=told[:, 2],
            of_kind=told[:, 3],
            judging_talk=told[:, 4],
            of_talk=told[:, 5],
            taught=taught,
        )

    def _sum(self, slots: Slots, *, n_signs: int) -> npt.NDArray[np.float64]:
        weights = np.zeros(n_signs, dtype=np.int32)
        for place, order in slots:
            weights[order - 1 :] += self.table[place]
        # Sums of whole numbers do not wait for each other, as sums of floats do.
        sums = np.zeros(n_signs + 1, dtype=np.int64)
        sums[1:] = weights
        return np.cumsum(sums, out=sums).astype(np.float64)

    def log_odds(self, weight: npt.NDArray[np.float64], *, n_signs: npt.NDArray[np.int64]) -> Floats:
        """Return log odds of positive for spans of `n_signs` code points with the given summed weight."""
        odds = self.bias + self.scale * weight / np.sqrt(np.maximum(n_signs, 1))
        return odds.astype(np.float32)


def hashed_ngrams(codes: npt.NDArray[np.uint32], *, bits: int) -> list[tuple[npt.NDArray[np.uint32], int]]:
    """Return for each order the hash slots of all n-grams; entry i belongs to code point i + order - 1."""
    mixed = (codes + _SEED) * _MULTIPLIER
    shift = np.uint32(32 - bits)
    found = []
    running = mixed
    for order in range(1, N_ORDERS + 1):
        if order > 1:
            if len(codes) < order:
                break
            running = ((running[:-1] ^ (running[:-1] >> np.uint32(15))) * _MULTIPLIER) ^ mixed[order - 1 :]
        found.append((((running * _MULTIPLIER) >> shift), order))
    return found


def text_ngrams(codes: npt.NDArray[np.uint32], *, bits: int) -> Slots:
    """Return the slots of `hashed_ngrams`, 0 for those that would reach over or into a line end."""
    found = [(slots.astype(np.int64), order) for slots, order in hashed_ngrams(codes, bits=bits)]
    # The last sign of a batch is a line end, so that a shifted index stays within.
    line_ends = np.flatnonzero(codes == _LINE_END)
    for slots, order in found:
        for shift in range(order):
            crossing = line_ends - shift
            slots[crossing[(crossing >= 0) & (crossing < len(slots))]] = 0
    return found


@cache
def load_polarity() -> PolarityModel:
    """Return the shipped model."""
    with resources.files("zhiyin.understand").joinpath("models/polarity.npz").open("rb") as file:
        return read_polarity(file)


def read_polarity(file: IO[bytes]) -> PolarityModel:
    """Return the model in an `.npz` file."""
    with np.load(file, allow_pickle=False) as parts:
        about = json.loads(str(parts["about"]))
        return PolarityModel(
            version=about["version"],
            bits=about["bits"],
            table=parts["table"],
            scale=about["scale"],
            bias=about["bias"],
            cells=_read_cells(parts, about=about["cells"]) if "cells" in about else None,
        )


def _read_cells(
    parts: Mapping[str, npt.NDArray[np.int8]], *, about: Mapping[str, list[float]]
) -> ClauseCells:
    """Return the cells; the file holds a row of weights for each slot that has any."""
    bits = int(about["bits"][0])
    slots = np.cumsum(parts["cell_gaps"], dtype=np.int64)
    return ClauseCells(
        bits=bits,
        packed=pack(parts["cells"], slots=slots, bits=bits),
        scale=np.array(about["scale"]),
        bias=np.array(about["bias"]),
        lean=np.array(about["lean"]),
        weights=np.array(about["weights"]).reshape(-1, len(about["intercept"])),
        intercept=np.array(about["intercept"]),
    )
