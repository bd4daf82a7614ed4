"""Which rows and predictors drivers are computed from; what is left out is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats
from zhiyin.measure.moments import MOST_ROWS

_MOST_MISSING = 0.5

Reason = Literal["constant", "mostly_missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A predictor that could not be used, and why: one value for all, or missing for more than half."""

    name: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRows:
    """The rows that count: predictors with the outcome as last column, and people a row."""

    columns: Floats
    counts: Floats
    names: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    n_left_out: int


def take_rows(
    predictors: ArrayLike, outcome: ArrayLike, *, names: Sequence[str], counts: ArrayLike | None = None
) -> UsedRows:
    """Rows without a gap, of predictors that are answered often enough and differ; NaN is a gap.

    Equal rows are put together, with the people that they stand for, unless there are too many to help.

    Raises:
        InvalidInput: lengths or names do not fit, no usable predictor, an outcome without spread, or
            fewer than p + 3 people.
    """
    x, y = np.asarray(predictors, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    people = np.ones(len(y)) if counts is None else np.asarray(counts, dtype=np.float64)
    _check_shapes(x, y, names=names, people=people)
    has_outcome = np.isfinite(y) & (people > 0)
    n_all = int(people.sum())
    x, y, people = x[has_outcome], y[has_outcome], people[has_outcome]
    is_answered = np.isfinite(x)
    answered = people @ is_answered
    is_used = answered >= (1 - _MOST_MISSING) * max(1.0, people.sum())
    is_complete = is_answered[:, is_used].all(axis=1)
    x, y, people = x[is_complete], y[is_complete], people[is_complete]
    is_spread = np.ptp(x, axis=0) > 0 if len(x) else np.zeros(len(names), dtype=bool)
    is_kept = is_used & is_spread
    _check_enough(y, people=people, n_predictors=int(is_kept.sum()))
    rows, people = _together(np.column_stack([x[:, is_kept], y]), people=people)
    return UsedRows(
        columns=rows,
        counts=people,
        names=tuple(name for name, is_one in zip(names, is_kept, strict=True) if is_one),
        left_out=_left_out(names, is_used=is_used, is_kept=is_kept),
        n_left_out=n_all - int(people.sum()),
    )


def _check_shapes(x: Floats, y: Floats, *, names: Sequence[str], people: Floats) -> None:
    if x.ndim != 2 or x.shape != (len(y), len(names)) or len(people) != len(y):
        raise InvalidInput("Predictors, outcome, names and counts do not have fitting lengths.")
    if len(set(names)) != len(names):
        raise InvalidInput("Two predictors have the same name.", field="names")
    if not bool(np.all((people >= 0) & (people == np.floor(people)))):
        raise InvalidInput("Counts must be whole numbers of 0 or more.", field="counts")


def _check_enough(y: Floats, *, people: Floats, n_predictors: int) -> None:
    if n_predictors == 0:
        raise InvalidInput(
            "No predictor is left: all are the same for everybody, or mostly not answered.",
            next_step="Name other columns.",
        )
    n = int(people.sum())
    if n < n_predictors + 3:
        raise InvalidInput(
            f"{n} complete rows are too few for {n_predictors} predictors.",
            next_step="Take fewer predictors or more rows.",
        )
    if np.ptp(y) == 0:
        raise InvalidInput(
            "The outcome is the same for everybody: nothing moves it.", next_step="Name another outcome."
        )


def _left_out(
    names: Sequence[str], *, is_used: NDArray[np.bool_], is_kept: NDArray[np.bool_]
) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(name=name, reason="constant" if used else "mostly_missing")
        for name, used, kept in zip(names, is_used, is_kept, strict=True)
        if not kept
    )


def _together(rows: Floats, *, people: Floats) -> tuple[Floats, Floats]:
    if len(rows) > MOST_ROWS:
        return rows, people
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    joined = np.bincount(place.ravel(), weights=people, minlength=len(distinct))
    return distinct, joined.astype(np.float64)
