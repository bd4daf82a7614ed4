"""Precision and recall over the threshold: as the model expects them, and as reviewed pairs show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_LEAST, _MOST = 0.3, 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """What holds where all pairs of at least `threshold` are taken; shares 0 to 1."""

    threshold: float
    n_pairs: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def expected_curve(
    probability: npt.NDArray[np.float64], *, n_expected: float, steps: Sequence[float] = STEPS
) -> list[Point]:
    """The curve by the model's own probabilities: no truth is looked at.

    >>> [(p.n_pairs, round(p.precision, 2)) for p in
    ...  expected_curve(np.array([1.0, 0.8, 0.2]), n_expected=2.0, steps=(0.1, 0.5))]
    [(3, 0.67), (2, 0.9)]
    """
    ordered = np.sort(probability)[::-1]
    summed = np.concatenate([[0.0], np.cumsum(ordered)])
    counts = np.searchsorted(-ordered, -np.asarray(steps), side="right")
    return [
        Point(
            threshold=step,
            n_pairs=int(n),
            precision=float(summed[n] / n) if n else 1.0,
            recall=min(1.0, float(summed[n] / n_expected)) if n_expected else 1.0,
        )
        for step, n in zip(steps, counts, strict=True)
    ]


def choose_threshold(probability: npt.NDArray[np.float64], *, n_expected: float) -> float:
    """The threshold with the highest F1 that the model expects, within 0.3 to 0.9."""
    steps = tuple(np.round(np.arange(_LEAST, _MOST + 0.001, 0.02), 2).tolist())
    curve = expected_curve(probability, n_expected=n_expected, steps=steps)
    return max(curve, key=lambda point: (round(point.f1, 4), point.threshold)).threshold
