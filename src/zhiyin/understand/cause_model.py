"""What n-grams tell of the cause of a complaint, where no word list does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from zhiyin.understand.subjects import ngrams

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseModel:
    """Log odds of each cause: `bias` + `scale` · sum of weights / √signs; a row of `table` a cause."""

    table: npt.NDArray[np.int8]
    scale: float
    bias: Floats

    def odds(self, codes: npt.NDArray[np.uint32], *, starts: Ints, rows: Ints) -> Floats:
        """Return the log odds of each cause, a row for each of the texts `rows`; the others cost nothing."""
        lengths = np.diff(starts)[rows]
        begins = np.concatenate(([0], np.cumsum(lengths)))
        places = np.arange(begins[-1]) + np.repeat(starts[:-1][rows] - begins[:-1], lengths)
        found = ngrams(codes[places])
        totals = np.zeros((len(rows), len(self.table)))
        for number, weights_of in enumerate(self.table):
            weights = np.zeros(len(places), dtype=np.int32)
            for slots, order in found:
                weights[order - 1 :] += np.take(weights_of, slots)
            totals[:, number] = np.add.reduceat(weights, begins[:-1])
        odds: Floats = self.bias + self.scale * totals / np.sqrt(np.maximum(lengths - 1, 1))[:, None]
        return odds


@cache
def load_causes() -> CauseModel:
    """Return the shipped model."""
    with (
        resources.files("zhiyin.understand").joinpath("models/causes.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as parts,
    ):
        about = json.loads(str(parts["about"]))
        table = np.zeros((about["slots"], parts["values"].shape[1]), dtype=np.int8)
        table[np.cumsum(parts["gaps"], dtype=np.int64)] = parts["values"]
        return CauseModel(
            table=np.ascontiguousarray(table.T), scale=about["scale"], bias=np.array(about["bias"])
        )
