"""The form of a table: what stands in it, and what its buttons do. Nothing is kept before it is saved."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from zhiyin.respond.policies.checking import MAX_COLUMNS, MAX_ROWS
from zhiyin.respond.policies.facts import column_type
from zhiyin.respond.policies.kinds import Answer
from zhiyin.respond.policies.tables import OUTPUTS, Column, ColumnType, Row, Table

_MOST_SIGNS = 400
EMPTY = Table(columns=(Column(field="fee", type=ColumnType.MONEY),), rows=(Row(cells=("",)),))


def read_table(typed: Mapping[str, str]) -> Table:
    """The table as it stands in the form, with all its faults."""
    n_columns, n_rows = _count(typed, "n_columns", MAX_COLUMNS), _count(typed, "n_rows", MAX_ROWS)
    return Table(
        columns=tuple(_read_column(typed, i) for i in range(n_columns)),
        rows=tuple(_read_row(typed, j, n_columns=n_columns) for j in range(n_rows)),
        hit="collect" if typed.get("hit") == "collect" else "first",
    )


def change_table(table: Table, *, do: str) -> Table:
    """The table after a button: `add_row`, `copy_row:2`, `remove_row:2`, `up_row:2`, `add_column`,
    `remove_column:1`. What cannot be done changes nothing.
    """
    name, _, place = do.partition(":")
    n = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else -1
    rows, columns = list(table.rows), list(table.columns)
    if name == "add_row" and len(rows) < MAX_ROWS:
        rows.append(Row(cells=("",) * len(columns), answer=Answer.YES.value))
    elif name == "copy_row" and 0 <= n < len(rows) < MAX_ROWS:
        rows.insert(n + 1, rows[n])
    elif name == "remove_row" and 0 <= n < len(rows):
        del rows[n]
    elif name == "up_row" and 0 < n < len(rows):
        rows[n - 1], rows[n] = rows[n], rows[n - 1]
    elif name == "add_column" and len(columns) < MAX_COLUMNS:
        columns.append(Column(field=""))
        rows = [_with_cells(row, (*row.cells, "")) for row in rows]
    elif name == "remove_column" and 0 <= n < len(columns):
        del columns[n]
        rows = [_with_cells(row, row.cells[:n] + row.cells[n + 1 :]) for row in rows]
    return msgspec.structs.replace(table, rows=tuple(rows), columns=tuple(columns))


def find_focus(do: str, *, table: Table) -> str:
    """Where the form goes on after a button: `row-2` or `column-1`, counted from 0; empty where it began."""
    name, _, place = do.partition(":")
    n = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else 0
    if name in ("add_column", "remove_column"):
        return f"column-{len(table.columns) - 1}" if name == "add_column" else "column-0"
    rows = {"add_row": len(table.rows) - 1, "copy_row": n + 1, "up_row": n - 1, "remove_row": n}
    return f"row-{max(0, min(rows[name], len(table.rows) - 1))}" if name in rows else ""


def _with_cells(row: Row, cells: tuple[str, ...]) -> Row:
    return msgspec.structs.replace(row, cells=cells)


def _read_column(typed: Mapping[str, str], i: int) -> Column:
    field = _text(typed, f"col-{i}-field")
    kinds = {one.value for one in ColumnType}
    wanted = _text(typed, f"col-{i}-type")
    options = _text(typed, f"col-{i}-options").replace("，", ",").split(",")
    return Column(
        field=field,
        name=_text(typed, f"col-{i}-name")[:80],
        type=column_type(field, typed=ColumnType(wanted) if wanted in kinds else ColumnType.NUMBER),
        options=tuple(one.strip().replace("'", "’") for one in options if one.strip()),
    )


def _read_row(typed: Mapping[str, str], j: int, *, n_columns: int) -> Row:
    words = {name: _text(typed, f"row-{j}-{name}") for name in OUTPUTS}
    return Row(
        cells=tuple(_text(typed, f"row-{j}-cell-{i}") for i in range(n_columns)),
        note=_text(typed, f"row-{j}-note")[:200],
        **words,
    )


def _text(typed: Mapping[str, str], name: str) -> str:
    return " ".join(typed.get(name, "").replace("\0", "").split())[:_MOST_SIGNS]


def _count(typed: Mapping[str, str], name: str, most: int) -> int:
    text = typed.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
