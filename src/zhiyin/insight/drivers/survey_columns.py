"""Columns of a survey file as numbers, and which of them are ratings on the outcome's scale."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.tables import Cell, Chunk, ReadOptions, Table
from zhiyin.measure.estimate import Floats

_ROWS_LOOKED_AT = 20_000
_SHARE_OF_NUMBERS = 0.95
_FEWEST_STEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The lowest and highest answer, and how many different ones were given."""

    worst: float
    best: float
    n_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Answers by column, NaN where there is none; `n_rows` data rows, `n_bad` that could not be read."""

    answers: Mapping[str, Floats]
    n_rows: int
    n_bad: int


def read_columns(
    path: Path,
    *,
    wanted: Sequence[str],
    codes: Mapping[str, Mapping[str, float]] | None = None,
    missing: Mapping[str, Collection[float]] | None = None,
    options: ReadOptions | None = None,
) -> Columns:
    """The wanted columns of the file's first table.

    `codes` gives numbers for words of a column, `missing` the numbers that stand for no answer. What is
    neither a number nor such a word is no answer.

    Raises:
        InvalidInput: the file cannot be read, or a column is not in it.
    """
    parts: dict[str, list[Floats]] = {name: [] for name in wanted}
    n_rows = n_bad = 0
    with open_tables(path, options=options) as tables:
        for chunk in _first(tables).chunks():
            places = _places(chunk, wanted=wanted)
            n_rows += len(chunk.rows)
            n_bad += len(chunk.bad)
            for name, place in places.items():
                cells = [row[place] if place < len(row) else None for row in chunk.rows]
                parts[name].append(_numbers(cells, codes=(codes or {}).get(name)))
    answers = {name: np.concatenate([np.empty(0), *found]) for name, found in parts.items()}
    for name, gone in (missing or {}).items():
        if name in answers:
            answers[name] = np.where(np.isin(answers[name], list(gone)), np.nan, answers[name])
    return Columns(answers=answers, n_rows=n_rows, n_bad=n_bad)


def scale_of(answers: Floats, *, name: str) -> Scale:
    """The scale that the answers show.

    Raises:
        InvalidInput: the column holds no number.
    """
    given = answers[np.isfinite(answers)]
    if not given.size:
        raise InvalidInput(f"The column '{name}' holds no number.", next_step="Name a column of ratings.")
    return Scale(worst=float(given.min()), best=float(given.max()), n_steps=len(np.unique(given)))


def find_ratings(path: Path, *, outcome: str, options: ReadOptions | None = None) -> list[str]:
    """The columns that are rated on the outcome's scale, by the first 20,000 rows.

    A rating has numbers in 95 % of its filled cells, none outside the outcome's scale, only whole ones
    where the outcome has only whole ones, and at least half as many different answers (three or more).
    """
    looked: dict[str, list[Cell]] = {}
    with open_tables(path, options=options) as tables:
        rows = _rows(_first(tables))
        for names, row in islice(rows, _ROWS_LOOKED_AT):
            for name, cell in zip(names, row, strict=False):
                looked.setdefault(name, []).append(cell)
    if outcome not in looked:
        raise _no_column(outcome, known=tuple(looked))
    aim = _numbers(looked[outcome])
    scale = scale_of(aim, name=outcome)
    is_whole = _is_whole(aim)
    return [
        name
        for name, cells in looked.items()
        if name != outcome and _is_rating(cells, scale=scale, is_whole=is_whole)
    ]


def _is_rating(cells: Sequence[Cell], *, scale: Scale, is_whole: bool) -> bool:
    filled = [cell for cell in cells if as_text(cell)]
    numbers = _numbers(filled)
    given = numbers[np.isfinite(numbers)]
    if len(given) < max(1.0, _SHARE_OF_NUMBERS * len(filled)):
        return False
    return (
        bool(given.min() >= scale.worst)
        and bool(given.max() <= scale.best)
        and len(np.unique(given)) >= max(_FEWEST_STEPS, scale.n_steps / 2)
        and (_is_whole(given) or not is_whole)
    )


def _is_whole(numbers: Floats) -> bool:
    given = numbers[np.isfinite(numbers)]
    return bool(np.all(given == np.floor(given)))


def _numbers(cells: Sequence[Cell], *, codes: Mapping[str, float] | None = None) -> Floats:
    read = [as_number(cell) for cell in cells]
    if codes:
        read = [codes.get(as_text(cell).lower(), one) for cell, one in zip(cells, read, strict=True)]
    return np.array([np.nan if one is None else one for one in read], dtype=np.float64)


def _first(tables: Iterator[Table]) -> Table:
    table = next(tables, None)
    if table is None:
        raise InvalidInput("The file holds no table.", next_step="Name a file with answers.")
    if table.is_native or table.is_ragged:
        raise InvalidInput(
            "The file has no fixed columns.", next_step="Save the answers as CSV, XLSX or Parquet."
        )
    return table


def _rows(table: Table) -> Iterator[tuple[tuple[str, ...], Sequence[Cell]]]:
    for chunk in table.chunks():
        for row in chunk.rows:
            yield chunk.names, row


def _places(chunk: Chunk, *, wanted: Sequence[str]) -> dict[str, int]:
    places = {name: place for place, name in enumerate(chunk.names)}
    for name in wanted:
        if name not in places:
            raise _no_column(name, known=chunk.names)
    return {name: places[name] for name in wanted}


def _no_column(name: str, *, known: Sequence[str]) -> InvalidInput:
    return InvalidInput(
        f"The file has no column '{name}'.", next_step=f"It has: {', '.join(known)}.", field=name
    )
