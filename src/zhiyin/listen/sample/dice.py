"""Chance that is the same on every machine."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from one named stream.

    Only `Random.random()` of a text seed is used: Python promises it the same in every version, and it
    does not depend on the hash seed, the machine's maths library or NumPy.
    """

    __slots__ = ("roll",)

    def __init__(self, *names: str | int) -> None:
        self.roll: Callable[[], float] = random.Random("/".join(map(str, names))).random  # noqa: S311 - play

    def pick(self, things: Sequence[T]) -> T:
        """One of `things`, each equally likely."""
        return things[int(self.roll() * len(things))]

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def bell(self) -> float:
        """About normal, mean 0, deviation 1, within ±3; sums only, so that no platform rounds differently."""
        roll = self.roll
        return (roll() + roll() + roll() + roll() - 2.0) * 1.5 * 1.1547005383792515

    def order(self, things: Sequence[T]) -> list[T]:
        """All of `things` in a drawn order."""
        left = list(things)
        for i in range(len(left) - 1, 0, -1):
            j = int(self.roll() * (i + 1))
            left[i], left[j] = left[j], left[i]
        return left


class Wheel:
    """Weighted choice over fixed positions."""

    __slots__ = ("bounds", "last", "total")

    def __init__(self, weights: Sequence[float]) -> None:
        self.bounds = list(accumulate(weights))
        self.total = self.bounds[-1] if self.bounds else 0.0
        self.last = len(self.bounds) - 1

    def spin(self, dice: Dice) -> int:
        """The position drawn; positions of weight 0 never come."""
        return bisect_right(self.bounds, dice.roll() * self.total, 0, self.last)
