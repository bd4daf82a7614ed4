"""A figure with its interval and the number it rests on, one or many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from zhiyin.errors import InvalidInput

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
SMALL_N = 30  # below this a figure is shown in grey: one or two people could turn it round


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One figure; `value`, `low` and `high` are None where `n` is too small to say anything."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Many figures side by side: arrays of one length, NaN where nothing can be said."""

    value: Floats
    low: Floats
    high: Floats
    n: Floats

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: int) -> Estimate:
        return Estimate(
            value=number(self.value[index]),
            low=number(self.low[index]),
            high=number(self.high[index]),
            n=int(self.n[index]),
        )

    def __iter__(self) -> Iterator[Estimate]:
        return (self[index] for index in range(len(self)))

    def one(self) -> Estimate:
        """The only figure.

        Raises:
            ValueError: there is not exactly one.
        """
        if len(self) != 1:
            raise ValueError(f"There are {len(self)} figures, not one.")
        return self[0]


def number(value: float) -> float | None:
    """The value as a plain float, None for NaN."""
    return None if np.isnan(value) else float(value)


def floats(values: ArrayLike) -> Floats:
    """The values as an array of at least one dimension; None becomes NaN."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def counts(values: ArrayLike, *, name: str) -> Floats:
    """The values as an array of counts.

    Raises:
        InvalidInput: a value is negative or not a number.
    """
    array = floats(values)
    if not bool(np.all(array >= 0)):
        raise InvalidInput(f"{name} must be counts of 0 or more.", field=name)
    return array


def normal_quantile(confidence: float) -> float:
    """Half width of a two-sided normal interval, in standard errors (1.96 for 0.95).

    Raises:
        InvalidInput: `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise InvalidInput("confidence must lie between 0 and 1, such as 0.95.", field="confidence")
    return float(ndtri((1 + confidence) / 2))
