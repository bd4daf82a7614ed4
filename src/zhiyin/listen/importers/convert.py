"""Rows under a mapping become voices; rows that cannot are given back with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.mapping import Mapping
from zhiyin.listen.importers.native import native_voices
from zhiyin.listen.importers.row_faults import RowFaults
from zhiyin.listen.importers.row_ids import RowIdMaker, file_mark, row_bytes
from zhiyin.listen.importers.tables import BadRow, Cell, Chunk, Table
from zhiyin.listen.importers.voices import Defaults, Voices
from zhiyin.listen.items import FeedbackIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The voices of a chunk with the index of each in its rows, and the rows that gave none."""

    items: list[FeedbackIn]
    indexes: list[int]
    bad: list[BadRow]


class Converter:
    """Turns the tables of one file, in their order, into voices; keeps the count that row ids need."""

    def __init__(self, *, defaults: Defaults) -> None:
        self._defaults = defaults
        self._ids = RowIdMaker()
        self._table: Table
        self._mapping: Mapping
        self._mark: bytes | None = None

    def begin(self, table: Table, *, mapping: Mapping) -> None:
        """The chunks that follow are of this table."""
        self._table, self._mapping, self._mark = table, mapping, None

    def skip(self, chunk: Chunk) -> None:
        """Passes over rows that were taken before, counting them."""
        if not self._table.is_native:
            self._row_ids(chunk)

    def convert(self, chunk: Chunk) -> Converted:
        """The voices of the next chunk."""
        if self._table.is_native:
            return self._convert_native(chunk)
        ids = self._row_ids(chunk)
        if not chunk.rows:
            return Converted(items=[], indexes=[], bad=[])
        columns = dict(zip(chunk.names, zip(*chunk.rows, strict=True), strict=True))
        faults = RowFaults(chunk=chunk, table=self._table)
        faults.find_unreadable_cells()
        voices = Voices(columns, mapping=self._mapping, faults=faults, defaults=self._defaults)
        return _converted(voices.make(ids), faults=faults)

    def _convert_native(self, chunk: Chunk) -> Converted:
        faults = RowFaults(chunk=chunk, table=self._table)
        return _converted(native_voices(chunk, faults=faults, defaults=self._defaults), faults=faults)

    def _row_ids(self, chunk: Chunk) -> list[str]:
        if self._mapping.row_ids == "own":
            return _own_ids(chunk, column=self._mapping.columns_of("external_id")[0].column)
        names = chunk.names if self._table.is_ragged else None
        rows = [row_bytes(row, names=names) for row in _without_row_numbers(chunk, mapping=self._mapping)]
        if self._mark is None and rows:
            marked = self._mapping.row_ids == "file"
            self._mark = file_mark(() if names else chunk.names, rows) if marked else b""
        return [self._ids.next_id(row, mark=self._mark or b"") for row in rows]


def _converted(items: Sequence[FeedbackIn], *, faults: RowFaults) -> Converted:
    """The items without those whose rows have faults."""
    indexes = [index for index in range(len(items)) if index not in faults.found]
    bad = [faults.found[index] for index in sorted(faults.found)]
    return Converted(items=[items[index] for index in indexes], indexes=indexes, bad=bad)


def _own_ids(chunk: Chunk, *, column: str) -> list[str]:
    if column not in chunk.names:
        return [""] * len(chunk.rows)
    position = chunk.names.index(column)
    return [as_text(row[position]) for row in chunk.rows]


def _without_row_numbers(chunk: Chunk, *, mapping: Mapping) -> Sequence[Sequence[Cell]]:
    """The rows with running numbers blanked, which change with every export."""
    numbered = {use.column for use in mapping.columns_of("row_number")}
    positions = [chunk.names.index(name) for name in numbered if name in chunk.names]
    if not positions:
        return chunk.rows
    rows = [list(row) for row in chunk.rows]
    for row in rows:
        for position in positions:
            row[position] = ""
    return rows
