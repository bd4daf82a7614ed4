"""The file of rows that were not taken: readable by its owner alone, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.encodings import BAD
from zhiyin.listen.importers.reasons import reason_of
from zhiyin.listen.importers.tables import BadRow, Cell

MAX_CELL_CHARACTERS = 32_000
"""A spreadsheet's cell holds no more."""
_HEADER = ("table", "line", "field", "reason", "原因")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RejectedRows:
    """Appends rows to a CSV file, which is made with the first; `n_bytes` is how far it is good."""

    def __init__(self, path: Path, *, n_bytes: int = 0) -> None:
        """Goes on behind the first `n_bytes`; what an interrupted run wrote beyond them is cut off."""
        self.path = path
        self.n_bytes = n_bytes
        if path.exists():
            os.truncate(path, n_bytes)

    def add(self, rows: Iterable[BadRow], *, names: Sequence[str]) -> None:
        """Writes the rows, with a header over the first: place, reason, then the columns' names."""
        rows = list(rows)
        if not rows:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if self.n_bytes == 0:
                # The mark tells spreadsheets that this is UTF-8.
                file.write("\ufeff")
                writer.writerow([*_HEADER, *map(_safe, names)])
            for row in rows:
                writer.writerow(_cells(row))
            file.flush()
            os.fsync(file.fileno())
            self.n_bytes = os.fstat(file.fileno()).st_size


def _cells(row: BadRow) -> list[str]:
    reasons = [reason_of(row, language=language) for language in ("en", "zh")]
    place = [_safe(row.table), str(row.line), _safe(row.field)]
    return [*place, *map(_safe, reasons), *map(_safe, row.cells)]


def _safe(cell: Cell) -> str:
    """The cell as text that no spreadsheet runs: what starts like a formula gets an apostrophe."""
    text = as_text(cell)[:MAX_CELL_CHARACTERS].replace(BAD, "\ufffd").replace("\0", "")
    text = text.encode("utf-8", "replace").decode()
    if text.startswith(_FORMULA_STARTS) and as_number(text) is None:
        return "'" + text
    return text
