"""One line for each row of the file that was replayed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from zhiyin.console.exports import guard_formula
from zhiyin.errors import InvalidInput
from zhiyin.respond.replay.replaying import Done

COLUMNS = ("line", "id", "outcome", "case", "opened_at", "closed_at", "transfers", "field", "reason")


def write_rows(path: Path, rows: Iterable[Done], *, say: Callable[[str], str] = str) -> None:
    """Write the table as CSV, by line; it appears only when it is complete. `say` translates reasons.

    Raises:
        InvalidInput: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.partial")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for row in sorted(rows, key=lambda one: one.line):
                writer.writerow(_cells(row, say=say))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InvalidInput(
            f"The output cannot be written: {error.strerror}.", next_step="Name another place."
        ) from None


def _cells(row: Done, *, say: Callable[[str], str]) -> list[object]:
    appeal = row.appeal
    times = [appeal.opened_at.isoformat(), appeal.closed_at.isoformat()] if appeal else ["", ""]
    n_transfers = appeal.n_transfers if appeal else ""
    where = [row.line, guard_formula(row.id), row.outcome.value, row.number]
    return [*where, *times, n_transfers, row.field, say(row.reason)]
