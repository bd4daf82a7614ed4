"""The learned polarity: hashed n-grams of code points, one weight each, summed by prefix sums."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import IO

import numpy as np
import numpy.typing as npt

N_ORDERS = 4
"""N-grams of 1 to 4 code points."""
_MULTIPLIER = np.uint32(0x9E3779B1)
_LINE_END = 0x0A
_SEED = np.uint32(0x85EBCA6B)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolarityModel:
    """`table` of 8-bit weights, times `scale`; the log odds of a span are `bias + sum / sqrt(n)`.

    `bits` is the size of the hash; `version` goes into every result.
    """

    version: str
    bits: int
    table: npt.NDArray[np.int8]
    scale: float
    bias: float

    def prefix_sums(self, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
        """Return the running sum of the table's whole numbers, one entry more than `codes`.

        The weight of a span is the difference of two entries, exact wherever the span stands in a
        batch; an n-gram counts where it ends. No n-gram reaches over a line end.
        """
        weights = np.zeros(len(codes), dtype=np.int32)
        # The last sign of a batch is a line end, so that a shifted index stays within.
        line_ends = np.flatnonzero(codes == _LINE_END)
        for slots, order in hashed_ngrams(codes, bits=self.bits):
            found = self.table[slots]
            for shift in range(order):
                crossing = line_ends - shift
                found[crossing[(crossing >= 0) & (crossing < len(found))]] = 0
            weights[order - 1 :] += found
        sums = np.zeros(len(codes) + 1, dtype=np.float64)
        np.cumsum(weights, out=sums[1:])
        return sums

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
        )
