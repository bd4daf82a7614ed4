"""Pairs that people judged, and the curve of precision and recall that they show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.files import open_tables
from zhiyin.measure.estimate import Estimate
from zhiyin.measure.proportions import proportion

_YES = frozenset({"1", "true", "yes", "y", "same", "是", "同一人", "对"})
_NO = frozenset({"0", "false", "no", "n", "different", "否", "不是", "错"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A pair with the probability that the model gave it (0 where it was not found) and what people say."""

    probability: float
    is_same: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredPoint:
    """Precision and recall with their 95 % Wilson intervals where pairs from `threshold` are taken."""

    threshold: float
    n_taken: int
    n_right: int
    n_same: int
    precision: Estimate
    recall: Estimate


def measured_curve(judged: Sequence[Judged], *, steps: Sequence[float]) -> list[MeasuredPoint]:
    """The curve over the judged pairs; shares 0 to 1."""
    n_same = sum(1 for pair in judged if pair.is_same)
    points = []
    for step in steps:
        taken = [pair for pair in judged if pair.probability >= step]
        n_right = sum(1 for pair in taken if pair.is_same)
        points.append(
            MeasuredPoint(
                threshold=step,
                n_taken=len(taken),
                n_right=n_right,
                n_same=n_same,
                precision=proportion(n_right, len(taken)).one(),
                recall=proportion(n_right, n_same).one(),
            )
        )
    return points


def read_reviewed(path: Path, *, ids: Collection[str]) -> dict[tuple[str, str], bool]:
    """The judged pairs of a file with the columns left_id, right_id, is_same.

    Raises InvalidInput, naming the row, for a column missing, an id unknown, or an answer that is none.
    """
    known = set(ids)
    judged: dict[tuple[str, str], bool] = {}
    with open_tables(path) as tables:
        for chunk in next(iter(tables)).chunks():
            places = _places(chunk.names)
            for line, row in zip(chunk.lines, chunk.rows, strict=True):
                left, right, answer = (as_text(row[place]) for place in places)
                if left not in known or right not in known:
                    raise InvalidInput("An id of a reviewed pair is not in the table.", row=line - 2)
                judged[left, right] = _answer(answer, line=line)
    return judged


def _places(names: Sequence[str]) -> tuple[int, int, int]:
    try:
        left, right, answer = (names.index(name) for name in ("left_id", "right_id", "is_same"))
    except ValueError:
        raise InvalidInput(
            "Reviewed pairs have the columns left_id, right_id and is_same.", field="reviewed"
        ) from None
    return left, right, answer


def _answer(text: str, *, line: int) -> bool:
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise InvalidInput("is_same says neither yes nor no.", row=line - 2, field="is_same")
