"""What statements counted, put into cells: one for each side (now, before), group and step of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiyin.measure.estimate import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Values told apart within cells: `value[i]` stands `n[name][i]` times in the cell number `cell[i]`."""

    cell: Ints
    value: Floats
    n: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Sums by name, one for each cell; `spread` where the statement told values apart."""

    n_cells: int
    sums: Mapping[str, Floats]
    spread: Spread | None = None

    def __getitem__(self, name: str) -> Floats:
        return self.sums[name]

    def spread_of(self, name: str) -> tuple[Floats, Floats, Ints]:
        """Values, how often each stands, and its cell; values that are unknown are left out."""
        if self.spread is None:
            nothing = np.zeros(0)
            return nothing, nothing, np.zeros(0, dtype=np.int64)
        is_known = ~np.isnan(self.spread.value) & (self.spread.n[name] > 0)
        return (
            self.spread.value[is_known],
            self.spread.n[name][is_known],
            self.spread.cell[is_known],
        )
