"""Tables as files: CSV and XLSX, streamed, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import IO, Literal
from urllib.parse import quote

import xlsxwriter
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.file_gate import FileMark, admit, free_rows

Cell = str | int | float | bool | datetime | None
Format = Literal["csv", "xlsx"]

FORMATS: tuple[Format, ...] = ("csv", "xlsx")
MAX_XLSX_ROWS = 1_048_575
"""Rows of a sheet below its heading (Excel specifications and limits, Microsoft)."""
_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ROWS_A_PIECE = 500
_BYTES_A_PIECE = 256 * 1024


def stream_table(
    request: HttpRequest,
    *,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    form: Format,
    n_rows: int | None = None,
) -> StreamingHttpResponse:
    """The table as a download `name.csv` or `name.xlsx`; `rows` is read once and never held whole.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; times are shown in the
    current time zone. With `n_rows` the header `X-Row-Count` tells how many rows must arrive. A sheet
    holds at most `MAX_XLSX_ROWS`; whoever may have more offers CSV. A last column says who took the file,
    when, and under which number the audit trail tells of it.

    Raises:
        ZhiyinError: the gate does not let so many rows leave; nothing was read then but, without
            `n_rows`, as many as may leave.
    """
    n_known = n_rows
    if n_known is None and (free := free_rows(request)) is not None:
        source = iter(rows)
        held = list(islice(source, free + 1))
        n_known, rows = len(held), chain(held, source)
    mark = admit(request, name=name, n_rows=n_known)
    if mark is not None:
        columns, rows = [*columns, _("Export mark")], _marked(rows, text=mark.text)
    pieces = _csv_pieces(columns, rows) if form == "csv" else _xlsx_pieces(columns, rows, mark=mark)
    # Under ASGI a plain iterator would be read to its end before the first byte leaves.
    is_async = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(_in_threads(pieces) if is_async else pieces, content_type=_TYPES[form])
    file_name = f"{name}.{form}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    if n_rows is not None:
        response["X-Row-Count"] = str(n_rows)
    return response


def wanted_format(text: str) -> Format:
    """The format of that name, CSV for any other."""
    return "xlsx" if text == "xlsx" else "csv"


def _marked(rows: Iterable[Sequence[Cell]], *, text: str) -> Iterator[Sequence[Cell]]:
    for row in rows:
        yield [*row, text]


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    read = sync_to_async(lambda: next(pieces, b""), thread_sensitive=True)
    while piece := await read():
        yield piece


def _csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    # The mark by which Excel knows UTF-8.
    yield b"\xef\xbb\xbf"
    rest = iter([columns])
    source: Iterator[Sequence[Cell]] = iter(rows)
    yield _csv_lines(rest)
    while batch := list(islice(source, _ROWS_A_PIECE)):
        yield _csv_lines(batch)


def _csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _xlsx_pieces(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: FileMark | None
) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        _write_sheet(file, columns=columns, rows=rows, mark=mark)
        file.seek(0)
        while piece := file.read(_BYTES_A_PIECE):
            yield piece


def _write_sheet(
    file: IO[bytes], *, columns: Sequence[str], rows: Iterable[Sequence[Cell]], mark: FileMark | None
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "nan_inf_to_errors": True}) as book:
        if mark is not None:
            book.set_properties({"author": mark.who, "comments": mark.text})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for place, row in enumerate(islice(rows, MAX_XLSX_ROWS), start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(place, column, _local(cell).replace(tzinfo=None), day)
                else:
                    sheet.write(place, column, cell)


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return _local(cell).isoformat(sep=" ", timespec="minutes")
    return guard_formula(cell) if isinstance(cell, str) else cell


def guard_formula(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would calculate (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
