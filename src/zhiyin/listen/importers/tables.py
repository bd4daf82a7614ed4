"""What every reader yields: tables of raw rows in chunks, and the rows that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from zhiyin.listen.items import MAX_TEXT_CHARACTERS

Cell = str | int | float | bool | datetime | date | time | timedelta | None

CHUNK_ROWS = 2_000
CHUNK_CHARACTERS = 4_000_000
"""A chunk ends at whichever comes first, so that ten-megabyte cells do not gather in memory."""

MAX_COLUMNS = 2_000
MAX_CELL_CHARACTERS = MAX_TEXT_CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was not taken: where it stood, the field (if one is to blame), why, and its cells.

    `line` counts from 1 as an editor or a spreadsheet shows it; `code` is one of `row_reasons.yaml`, or of
    the intake's `reasons.yaml`; `values` fill its gaps.
    """

    table: str
    line: int
    code: str
    values: Sequence[str] = ()
    field: str = ""
    cells: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows under the same names; `lines` has each row's line (1-based) in its file or sheet."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    lines: Sequence[int]
    bad: Sequence[BadRow] = ()


def _unknown_share() -> float | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a file: a CSV, a sheet, a member of a zip. `chunks()` reads it from its start.

    `is_ragged`: the columns may differ from chunk to chunk, as the keys of JSON objects do. `is_native`:
    each row's one cell is a voice in the API's form. `is_slow`: reading takes so long that its first rows
    are not looked at beforehand. `share_read`
    is how much of the file has been read so far, 0 to 1, or None where nobody can tell.
    """

    name: str
    kind: str
    chunks: Callable[[], Iterator[Chunk]]
    notes: Sequence[str] = ()
    is_ragged: bool = False
    is_native: bool = False
    is_slow: bool = False
    encoding: str = ""
    share_read: Callable[[], float | None] = _unknown_share


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the user said about reading; None leaves it to the reader's guess.

    `is_look`: the beginning of a slow file will do.
    """

    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    sheets: Sequence[str] = ()
    is_look: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file open for reading, seekable; `name` is for messages and suffixes only, never a path."""

    name: str
    stream: BinaryIO
    n_bytes: int
    options: ReadOptions = field(default_factory=ReadOptions)

    @property
    def suffix(self) -> str:
        """Lower-case suffix without its dot, empty if there is none."""
        _, dot, suffix = self.name.rpartition(".")
        return suffix.lower() if dot else ""

    def share_read(self) -> float | None:
        """How much of the file lies before its present position, 0 to 1; all of it once it is closed."""
        if self.stream.closed:
            return 1.0
        return min(1.0, self.stream.tell() / max(1, self.n_bytes))

    def head(self, n_bytes: int = 65_536) -> bytes:
        """First bytes; the position goes back to the start."""
        self.stream.seek(0)
        head = self.stream.read(n_bytes)
        self.stream.seek(0)
        return head


def _n_characters(row: Sequence[Cell]) -> int:
    try:
        return sum(map(len, row))  # type: ignore[arg-type] # the quick way for rows of text
    except TypeError:
        return sum(len(cell) for cell in row if isinstance(cell, str))


def in_chunks(
    rows: Iterable[tuple[int, Sequence[Cell]] | BadRow], *, names: tuple[str, ...]
) -> Iterator[Chunk]:
    """Groups (line, cells) pairs and bad rows of one table into chunks, in order."""
    good: list[Sequence[Cell]] = []
    lines: list[int] = []
    bad: list[BadRow] = []
    n_characters = 0
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            lines.append(row[0])
            good.append(row[1])
            n_characters += _n_characters(row[1])
        if len(good) + len(bad) >= CHUNK_ROWS or n_characters >= CHUNK_CHARACTERS:
            yield Chunk(names=names, rows=good, lines=lines, bad=bad)
            good, lines, bad, n_characters = [], [], [], 0
    if good or bad:
        yield Chunk(names=names, rows=good, lines=lines, bad=bad)
