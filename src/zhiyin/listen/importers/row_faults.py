"""The first fault of each row of a chunk."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.listen.importers.encodings import BAD
from zhiyin.listen.importers.tables import MAX_CELL_CHARACTERS, BadRow, Cell, Chunk, Table


class RowFaults:
    """Collects faults by the index of their row; `found` has the first of each."""

    def __init__(self, *, chunk: Chunk, table: Table) -> None:
        self._chunk = chunk
        self._table = table
        self.found: dict[int, BadRow] = {}

    def add(self, index: int, *, code: str, field: str = "", values: Sequence[str] = ()) -> None:
        """Notes the fault, unless the row has one already."""
        if index not in self.found:
            self.found[index] = BadRow(
                table=self._table.name,
                line=self._chunk.lines[index],
                code=code,
                field=field,
                values=values,
                cells=self._chunk.rows[index],
            )

    def find_unreadable_cells(self) -> None:
        """Rows with bytes that the encoding does not know, or with cells beyond all measure."""
        if all(map(_is_clean, zip(*self._chunk.rows, strict=True))):
            return
        for index, row in enumerate(self._chunk.rows):
            for name, cell in zip(self._chunk.names, row, strict=True):
                if not isinstance(cell, str) or len(cell) < 1:
                    continue
                if len(cell) > MAX_CELL_CHARACTERS:
                    values = (str(len(cell)), str(MAX_CELL_CHARACTERS))
                    self.add(index, code="cell_too_long", field=name, values=values)
                elif BAD in cell:
                    self.add(index, code="bad_bytes", field=name, values=(self._table.encoding,))


def _is_clean(column: Sequence[Cell]) -> bool:
    """Whether a column of text certainly has no such cell; other columns are looked at cell by cell."""
    try:
        return max(map(len, column)) <= MAX_CELL_CHARACTERS and BAD not in "".join(column)  # type: ignore[arg-type]
    except TypeError:
        return False
