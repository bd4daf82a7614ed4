"""Importance–performance map: what to improve first, what to keep, where less would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, floats

Quadrant = Literal["improve_first", "keep_up", "low_priority", "possible_overkill"]


class Cross(StrEnum):
    """What the cross-hairs are taken from."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one attribute lies; the quadrant is None where a figure is missing."""

    name: str
    importance: float
    performance: float
    quadrant: Quadrant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """All attributes and the cross-hairs; NaN where there is nothing to take them from."""

    places: tuple[Place, ...]
    importance_line: float
    performance_line: float


def importance_performance(
    importance: ArrayLike, performance: ArrayLike, *, names: Sequence[str], cross: Cross = Cross.MEAN
) -> Map:
    """The attributes in four quadrants, cut at the mean or the median of the attributes.

    Formula: above the importance line and below the performance line: improve first ("concentrate
    here"); above both: keep up; below both: low priority; below importance, above performance: possible
    overkill. What lies on a line counts as above it.
    Valid range: any scales, the same for all attributes. Importance may be stated (people were asked;
    suffers from everything being important) or derived (`drivers`). Cross-hairs are relative: half the
    attributes look weak even where all are good, so show the figures themselves.
    Small samples: with fewer than four attributes the lines lie among them by chance.
    Source: J. A. Martilla, J. C. James (1977), Importance-performance analysis, Journal of Marketing
    41(1):77–79, doi:10.1177/002224297704100112.

    >>> found = importance_performance([0.4, 0.1], [3.0, 4.5], names=["waiting", "parking"])
    >>> [one.quadrant for one in found.places]
    ['improve_first', 'possible_overkill']

    Raises:
        InvalidInput: unequal lengths.
    """
    important, performing = floats(importance), floats(performance)
    if not len(important) == len(performing) == len(names):
        raise InvalidInput("Importance, performance and names do not have the same length.")
    is_known = ~(np.isnan(important) | np.isnan(performing))
    line = _line(important[is_known], cross=cross), _line(performing[is_known], cross=cross)
    return Map(
        places=tuple(
            Place(
                name=name,
                importance=float(one),
                performance=float(two),
                quadrant=_quadrant(is_important=bool(one >= line[0]), is_good=bool(two >= line[1]))
                if known
                else None,
            )
            for name, one, two, known in zip(names, important, performing, is_known, strict=True)
        ),
        importance_line=line[0],
        performance_line=line[1],
    )


def _line(values: Floats, *, cross: Cross) -> float:
    if not values.size:
        return float("nan")
    # Rounded down in the last digits: the mean of equal figures is not above them.
    middle = float(np.mean(values) if cross is Cross.MEAN else np.median(values))
    return middle - 1e-12 * abs(middle)


def _quadrant(*, is_important: bool, is_good: bool) -> Quadrant:
    if is_important:
        return "keep_up" if is_good else "improve_first"
    return "possible_overkill" if is_good else "low_priority"
