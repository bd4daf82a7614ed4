"""Reads a sheet of org units: CSV or XLSX, with headings in either language."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from zhiyin.errors import InvalidInput
from zhiyin.people.unit_words import COLUMNS, Column, find_column, kind_code

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
_MAX_UNPACKED = 100 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One line of a sheet, texts without outer spaces; empty is what the sheet does not say."""

    line: int
    code: str = ""
    name: str = ""
    parent: str = ""
    kind: str = ""
    time_zone: str = ""


def read_sheet(content: bytes) -> list[SheetRow]:
    """The rows of the first sheet, empty ones left out.

    Raises:
        InvalidInput: too large, not a table, without the columns `code` and `name`, or empty.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput("The file has over 5 MB.", next_step="Split it.", field="file")
    lines = enumerate(read_cells(content), start=1)
    _, headings = next(lines, (0, []))
    columns = [find_column(heading) for heading in headings]
    if not {"code", "name"} <= set(columns):
        raise InvalidInput(
            "The first line names no columns code and name.", next_step="Write them there.", field="file"
        )
    rows = [row for line, cells in lines if (row := _row(line, columns, cells))]
    if not rows or len(rows) > MAX_ROWS:
        raise InvalidInput("A sheet holds 1 to 20,000 units.", next_step="Check the file.", field="file")
    return rows


def read_cells(content: bytes) -> Iterator[list[str]]:
    """The lines of a CSV file, or of the first sheet of a workbook, as texts.

    Raises:
        InvalidInput: it is neither, or too large once it is unpacked.
    """
    return _xlsx_cells(content) if content.startswith(_ZIP) else _csv_cells(content)


def write_sheet(rows: Iterable[SheetRow]) -> str:
    """The rows as CSV text that `read_sheet` reads again, for carrying them from a preview to its button."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, column) for column in COLUMNS] for row in rows)
    return text.getvalue()


def _row(line: int, columns: Sequence[Column | None], cells: Sequence[str]) -> SheetRow | None:
    values: dict[Column, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column is not None and column not in values:
            values[column] = _tidy(cell)
    if not any(values.values()):
        return None
    return SheetRow(line=line, **(values | {"kind": kind_code(values.get("kind", ""))}))


def _tidy(cell: str) -> str:
    """Without outer spaces, and without the apostrophe by which exports disarm formulas."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def _csv_cells(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise InvalidInput(
            "The file is not a table.", next_step="Save it as CSV or XLSX.", field="file"
        ) from None


def _decode(content: bytes) -> str:
    # Excel in China saves CSV as GB 18030.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput("The file is not text.", next_step="Save it as CSV (UTF-8) or XLSX.", field="file")


def _xlsx_cells(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > _MAX_UNPACKED:
                raise InvalidInput("The workbook is too large.", next_step="Split it.", field="file")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 2)
    except (zipfile.BadZipFile, CalamineError, IndexError):
        raise InvalidInput(
            "The file is no workbook that can be read.", next_step="Save it as CSV.", field="file"
        ) from None
    yield from ([_text(cell) for cell in row] for row in rows)


def _text(cell: object) -> str:
    """A store's number comes out of Excel as 1001.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
