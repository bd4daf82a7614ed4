"""Writes unit scores as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from zhiyin.console.exports import guard_formula
from zhiyin.errors import InvalidInput
from zhiyin.insight.unit_scores.scale import GROUPS
from zhiyin.insight.unit_scores.voices import UnitLine

COLUMNS = ("unit", "n", "overall", *GROUPS)


def write_lines(stream: TextIO, lines: Iterable[UnitLine]) -> None:
    """The scores with three digits behind the point, an empty cell where nothing is known."""
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    for line in lines:
        scores = ["" if score is None else f"{score:.3f}" for score in (line.overall, *line.groups)]
        table.writerow([guard_formula(line.unit), line.n, *scores])


def write_file(path: Path, lines: Iterable[UnitLine]) -> None:
    """A file of UTF-8, whole or not at all.

    Raises:
        InvalidInput: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            write_lines(stream, lines)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InvalidInput(
            f"The output cannot be written: {error.strerror}.", next_step="Name another place."
        ) from None
