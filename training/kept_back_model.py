"""Polarity models trained without the rows that they are judged on, in the way of the shipped one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpora import Example, held_out, read_examples
from train_polarity import prepare, train
from zhiyin.understand.polarity import PolarityModel


class Learner:
    """Counts the n-grams of all examples once; each model learns from some of them."""

    def __init__(self, data: Path) -> None:
        self._prepared = prepare(read_examples(data))
        self.sources = np.array([one.source for one in self.examples])
        self.is_out = np.array([held_out(one.text) for one in self.examples])

    @property
    def examples(self) -> list[Example]:
        """All of them, in the order of `sources` and `is_out`."""
        return self._prepared.examples

    @cache  # noqa: B019 - there is one of these
    def learn(self, *, without: str = "") -> PolarityModel:
        """The model of all texts but the fifth kept back, or but those of a source; half a minute each."""
        return train(self._prepared, rows=np.flatnonzero(~self.rows_out(without=without)))

    def rows_out(self, *, without: str = "") -> npt.NDArray[np.bool_]:
        """What that model has not seen."""
        if not without:
            return self.is_out
        # Of the written clauses the kept-back ones are never learned from.
        return (self.sources == without) | ((self.sources == "written") & self.is_out)


@cache
def open_learner(data: Path) -> Learner:
    """The learner of the data sets below this folder, made once."""
    return Learner(data)
