"""What a file says, row for row: batches with `row`, `text` and what the board's figures need."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Columns
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import pyarrow as pa

from zhiyin.errors import InvalidInput
from zhiyin.insight.analysis.native import FILE_ZONE, SAID_SCHEMA, native_said, stars
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.dates import DateForm, parse_times
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.guess import guess_mapping
from zhiyin.listen.importers.mapping import Mapping, parse_override
from zhiyin.listen.importers.ratings import parse_ratings
from zhiyin.listen.importers.registry import choose_reader
from zhiyin.listen.importers.tables import Cell, Chunk, OpenFile, ReadOptions, Table
from zhiyin.listen.items import RatingIn

_IN_MEMORY_BYTES = 64 * 1024 * 1024
_PLAIN_SUFFIXES = ("txt", "text", "log")


def read_said(
    source: Path | BinaryIO,
    *,
    text_column: str | None = None,
    unit_column: str | None = None,
    options: ReadOptions | None = None,
) -> Iterator[pa.RecordBatch]:
    """Batches of `SAID_SCHEMA`, a row for each data row of the source, numbered from 0 over all its tables.

    A path is read as the importer reads it; the column of texts is guessed unless `text_column` names
    it, that of units unless `unit_column` does. A `.txt` file, and a stream that is no JSON where no
    column is named, hold a text a line. Ratings come on a scale of 1 to 5.
    A row that cannot be read comes as an empty text.

    Raises:
        InvalidInput: the file cannot be used, or has no such column.
    """
    if isinstance(source, Path):
        if source.suffix.lower().lstrip(".") in _PLAIN_SUFFIXES and text_column is None:
            with _opened(source) as stream:
                yield from _read_lines(stream)
            return
        with open_tables(source, options=options) as tables:
            yield from _read_tables(tables, text_column=text_column, unit_column=unit_column)
        return
    with _seekable(source) as stream:
        head = stream.read(4).removeprefix(b"\xef\xbb\xbf")[:1]
        n_bytes = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if text_column is None and head not in (b"{", b"["):
            yield from _read_lines(stream)
            return
        file = OpenFile(name="stdin", stream=stream, n_bytes=n_bytes, options=options or ReadOptions())
        tables = choose_reader(file).read(file)
        yield from _read_tables(tables, text_column=text_column, unit_column=unit_column)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        stream = path.open("rb")
    except OSError:
        raise InvalidInput("The file cannot be opened.", next_step="Check path and permissions.") from None
    with stream:
        yield stream


@contextmanager
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy:
        while block := stream.read(1 << 20):
            copy.write(block)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _read_lines(stream: BinaryIO) -> Iterator[pa.RecordBatch]:
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline=None)
    row, texts = 0, list[str]()
    for line in lines:
        texts.append(line.rstrip("\n"))
        if len(texts) == 4_096:
            yield _batch(row, texts)
            row, texts = row + len(texts), []
    if texts:
        yield _batch(row, texts)
    lines.detach()


def _batch(first_row: int, texts: Sequence[str]) -> pa.RecordBatch:
    rows = pa.array(range(first_row, first_row + len(texts)), pa.int64())
    columns = {"row": rows, "text": pa.array(texts, pa.string())}
    missing = [pa.nulls(len(texts), field.type) for field in SAID_SCHEMA if field.name not in columns]
    return pa.RecordBatch.from_arrays([*columns.values(), *missing], schema=SAID_SCHEMA)


def _read_tables(
    tables: Iterable[Table], *, text_column: str | None, unit_column: str | None
) -> Iterator[pa.RecordBatch]:
    named = {"text": text_column, "unit_name": unit_column}
    overrides = [parse_override(f"{field}={column}") for field, column in named.items() if column]
    first_row = 0
    for table in tables:
        mapping: Mapping | None = None
        for chunk in table.chunks():
            if chunk.rows and table.is_native:
                yield from _with_bad_rows(native_said(chunk), chunk=chunk, first_row=first_row)
            elif chunk.rows:
                if mapping is None or table.is_ragged:
                    mapping = guess_mapping(chunk, overrides=overrides).mapping
                said = _said(chunk, mapping=mapping, has_own_text=bool(text_column))
                yield from _with_bad_rows(said, chunk=chunk, first_row=first_row)
            elif chunk.bad:
                yield _batch(first_row, [""] * len(chunk.bad))
            first_row += len(chunk.rows) + len(chunk.bad)


def _with_bad_rows(said: pa.RecordBatch, *, chunk: Chunk, first_row: int) -> Iterator[pa.RecordBatch]:
    """The rows in the order of the file, empty texts where a row could not be read."""
    if not chunk.bad:
        rows = pa.array(range(first_row, first_row + said.num_rows), pa.int64())
        yield said.set_column(0, "row", rows)
        return
    bad = _batch(0, [""] * len(chunk.bad))
    lines = [*chunk.lines, *(row.line for row in chunk.bad)]
    order = sorted(range(len(lines)), key=lines.__getitem__)
    both = pa.Table.from_batches([said, bad]).take(pa.array(order)).combine_chunks()
    rows = pa.array(range(first_row, first_row + len(order)), pa.int64())
    yield from both.set_column(0, SAID_SCHEMA.field("row"), rows).to_batches()


def _said(chunk: Chunk, *, mapping: Mapping, has_own_text: bool) -> pa.RecordBatch:
    cells = dict(zip(chunk.names, zip(*chunk.rows, strict=True), strict=True))
    n_rows = len(chunk.rows)

    def column(*fields: str) -> Sequence[Cell] | None:
        uses = [use for field in fields for use in mapping.columns_of(field) if use.column in cells]
        return cells[uses[0].column] if uses else None

    text_fields = ("text",) if has_own_text else ("title", "text")
    parts = [
        [as_text(cell) for cell in cells[use.column]]
        for field in text_fields
        for use in mapping.columns_of(field)
        if use.column in cells
    ]
    texts = ["\n".join(filter(None, row)) for row in zip(*parts, strict=True)] if parts else [""] * n_rows
    columns = [
        pa.nulls(n_rows, pa.int64()),
        pa.array(texts, pa.string()),
        _names(column("unit_name", "unit_code"), n_rows=n_rows),
        _names(column("channel"), n_rows=n_rows),
        _ratings(cells, mapping=mapping, n_rows=n_rows),
        _times(cells, mapping=mapping, n_rows=n_rows),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SAID_SCHEMA)


def _names(cells: Sequence[Cell] | None, *, n_rows: int) -> pa.Array:
    if cells is None:
        return pa.nulls(n_rows, pa.string())
    return pa.array([as_text(cell) or None for cell in cells], pa.string())


def _ratings(cells: Columns[str, Sequence[Cell]], *, mapping: Mapping, n_rows: int) -> pa.Array:
    uses = [use for use in mapping.columns_of("rating") if use.column in cells]
    if not uses:
        return pa.nulls(n_rows, pa.float64())
    ratings = parse_ratings(cells[uses[0].column], scale=(uses[0].worst, uses[0].best))
    values = [stars(rating) if isinstance(rating, RatingIn) else None for rating in ratings]
    return pa.array(values, pa.float64())


def _times(cells: Columns[str, Sequence[Cell]], *, mapping: Mapping, n_rows: int) -> pa.Array:
    uses = [use for use in mapping.columns_of("occurred_at") if use.column in cells]
    kind = SAID_SCHEMA.field("occurred_at").type
    if not uses:
        return pa.nulls(n_rows, kind)
    form = cast("DateForm", uses[0].form or "ymd")
    times = parse_times(cells[uses[0].column], form=form)
    zoned = [
        (time if time.tzinfo else time.replace(tzinfo=FILE_ZONE)) if isinstance(time, datetime) else None
        for time in times
    ]
    return pa.array(zoned, kind)
