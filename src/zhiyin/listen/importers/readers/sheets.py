"""Workbooks: XLSX and the old XLS. Formula cells give the values that were saved with them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.headers import clean_names, is_header
from zhiyin.listen.importers.limits import check_members, size_of
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, Cell, Chunk, OpenFile, Table, in_chunks

MAX_XML_BYTES = 2 * 1024**3
MAX_GRID_CELLS = 200_000_000
_SPARSE_GRID_CELLS = 20_000_000
_SPARSE_SHARE = 0.02
_BLOCK = 4 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIRST_MEMBERS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/")
# Columns beyond Z and rows beyond 99,999: few sheets have any, so the search passes at full speed.
_FAR_COLUMN = re.compile(rb'\br="([A-Z]{2,3})[0-9]')
_FAR_ROW = re.compile(rb'\br="[A-Z]{0,3}([0-9]{6,7})"')
_Value = TypeVar("_Value")


def is_workbook(head: bytes) -> bool:
    """Whether a ZIP's first member is one that workbooks begin with."""
    return head.startswith(b"PK\x03\x04") and head[30:60].startswith(_FIRST_MEMBERS)


def fits(head: bytes) -> bool:
    """Whether the bytes start a workbook, new or old."""
    return is_workbook(head) or head.startswith(_OLE)


def read(file: OpenFile) -> Iterator[Table]:
    """Every sheet that has rows, or the sheets asked for.

    The workbook's cells are held in memory, about 100 bytes each.

    Raises:
        InvalidInput: damaged, protected by a password, a bomb, no rows, or a sheet that is not there.
    """
    _check_size(file)
    book = _guarded(lambda: CalamineWorkbook.from_filelike(file.stream))
    names = list(file.options.sheets) or list(book.sheet_names)
    missing = [name for name in names if name not in book.sheet_names]
    if missing:
        raise InvalidInput(
            "The workbook has no sheet of that name.", next_step="Use a name that stands on its tabs."
        )
    n_tables = 0
    for name in names:
        sheet = _guarded(partial(_sheet, book, name))
        table = sheet and _table(sheet, file=file, is_alone=len(names) == 1)
        if table:
            n_tables += 1
            yield table
    if not n_tables:
        raise InvalidInput("The workbook has no rows.", next_step="Export it again, with at least one row.")


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet | None:
    """The sheet, None for a chart or macro sheet."""
    kinds = {sheet.name: str(sheet.typ) for sheet in book.sheets_metadata}
    if "WorkSheet" not in kinds.get(name, "WorkSheet"):
        return None
    return book.get_sheet_by_name(name)


def _table(sheet: CalamineSheet, *, file: OpenFile, is_alone: bool) -> Table | None:
    name = file.name if is_alone else f"{file.name} · {sheet.name}"
    first_line = (sheet.start[0] if sheet.start else 0) + 1
    sample = [list(row) for row in islice(sheet.iter_rows(), 50)]
    sample = [row for row in sample if any(cell not in ("", None) for cell in row)]
    if not sample:
        return None
    has_header = file.options.has_header
    if has_header is None:
        has_header = is_header(sample[0], sample[1:])
    if has_header and sheet.height < 2:
        return None
    names = clean_names(sample[0] if has_header else [None] * max(len(row) for row in sample))

    def chunks() -> Iterator[Chunk]:
        yield from in_chunks(_rows(sheet, first_line=first_line, has_header=has_header), names=names)

    return Table(name=name, kind="sheet", chunks=chunks, notes=("header" if has_header else "no header",))


def _rows(
    sheet: CalamineSheet, *, first_line: int, has_header: bool
) -> Iterator[tuple[int, Sequence[Cell]] | BadRow]:
    is_before_header = has_header
    for line, row in enumerate(sheet.iter_rows(), start=first_line):
        if not any(cell not in ("", None) for cell in row):
            continue
        if is_before_header:
            is_before_header = False
            continue
        yield line, row


def _check_size(file: OpenFile) -> None:
    """Refuses workbooks that would fill the memory, before any cell is read.

    Raises:
        InvalidInput: a bomb, or a sheet whose stray far cells span a grid beyond measure.
    """
    head = file.head(64)
    if head.startswith(_OLE):
        return
    try:
        with zipfile.ZipFile(file.stream) as archive:
            check_members(archive, n_packed=size_of(file.stream), max_bytes=MAX_XML_BYTES)
            for member in archive.infolist():
                if member.filename.startswith("xl/worksheets/") or "sheet" in member.filename.lower():
                    _check_grid(archive, member)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, KeyError):
        raise _damaged() from None
    except Exception as error:
        if isinstance(error, InvalidInput):
            raise
        raise _damaged() from None
    file.stream.seek(0)


def _check_grid(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    n_cells, n_columns, n_rows = 0, 26, 100_000
    rest = b""
    with archive.open(member) as xml:
        while block := xml.read(_BLOCK):
            text = rest + block
            n_cells += block.count(b"<c ") + block.count(b"<c>")
            far_columns = {_column_number(letters) for letters in set(_FAR_COLUMN.findall(text))}
            n_columns = max(n_columns, *far_columns, 0)
            n_rows = max(n_rows, *(int(number) for number in set(_FAR_ROW.findall(text))), 0)
            rest = block[-64:]
    grid = n_columns * n_rows
    is_sparse = grid > _SPARSE_GRID_CELLS and n_cells < grid * _SPARSE_SHARE
    if grid > MAX_GRID_CELLS or (is_sparse and n_columns > 26):
        raise InvalidInput(
            f"A sheet spans {n_columns} columns and {n_rows} rows, nearly all empty.",
            next_step="Delete the stray cells far right or far below, or save the sheet as CSV.",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _damaged() -> InvalidInput:
    return InvalidInput("The workbook is damaged or cut short.", next_step="Save it again, as XLSX or CSV.")


def _guarded(action: Callable[[], _Value]) -> _Value:
    """Runs a call into the library, whose own failures (panics of its Rust too) become one sentence."""
    try:
        return action()
    except InvalidInput:
        raise
    except (CalamineError, OSError, ValueError) as error:
        if "assword" in type(error).__name__ + str(error):
            raise InvalidInput(
                "The workbook is protected by a password.", next_step="Save it without one."
            ) from None
        raise _damaged() from None
    except BaseException as error:
        # A panic in Rust arrives as a BaseException of this one class.
        if type(error).__name__ == "PanicException":
            raise _damaged() from None
        raise


register(Reader(name="workbook", suffixes=("xlsx", "xlsm", "xls"), fits=fits, read=read, priority=60))
