"""Parquet, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.headers import clean_names
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import CHUNK_ROWS, Chunk, OpenFile, Table

_DAMAGED = "The Parquet file is damaged or cut short."


def fits(head: bytes) -> bool:
    """Whether the bytes start with Parquet's mark."""
    return head.startswith(b"PAR1")


def read(file: OpenFile) -> Iterator[Table]:
    """The one table of the file; structs become columns such as `author.name`.

    Raises:
        InvalidInput: the file is damaged.
    """
    try:
        parquet = pq.ParquetFile(file.stream)
    except (pa.ArrowException, OSError, ValueError):
        raise InvalidInput(_DAMAGED, next_step="Export it again.") from None
    if parquet.metadata.num_rows == 0:
        raise InvalidInput("The file has no rows.", next_step="Export it again, with at least one row.")
    yield Table(
        name=file.name,
        kind="parquet",
        chunks=partial(_chunks, parquet),
        share_read=file.share_read,
    )


def _chunks(parquet: pq.ParquetFile) -> Iterator[Chunk]:
    line = 1
    batches = parquet.iter_batches(batch_size=CHUNK_ROWS, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                return
            table = _flat(pa.Table.from_batches([batch]))
            columns = [_values(column) for column in table.columns]
        except (pa.ArrowException, OSError, ValueError):
            raise InvalidInput(
                f"{_DAMAGED} {line - 1} rows before that could be read.", next_step="Export it again."
            ) from None
        rows = list(zip(*columns, strict=True))
        yield Chunk(names=clean_names(table.column_names), rows=rows, lines=range(line, line + len(rows)))
        line += len(rows)


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _values(column: pa.ChunkedArray) -> list[object]:
    """Python values; lists as text of their elements, binary read as UTF-8."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    values = column.to_pylist()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [None if value is None else value.decode("utf-8", "replace") for value in values]
    if pa.types.is_decimal(kind):
        return [None if value is None else float(value) for value in values]
    if pa.types.is_nested(kind):
        return [None if value is None else _text_of(value) for value in values]
    return list(values)


def _text_of(value: object) -> str:
    if isinstance(value, list) and not any(isinstance(element, list | dict | tuple) for element in value):
        return " ".join("" if element is None else str(element) for element in value)
    return str(value)


register(Reader(name="parquet", suffixes=("parquet", "pq"), fits=fits, read=read, priority=50))
