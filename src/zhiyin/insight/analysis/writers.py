"""Writes what was understood: a JSON object a line, Parquet, or CSV with the nested fields as JSON."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from zhiyin.errors import InvalidInput
from zhiyin.understand.contract import UNDERSTANDING_SCHEMA

RESULT_SCHEMA = pa.schema([pa.field("row", pa.int64()), *UNDERSTANDING_SCHEMA])
# The order of the answer as people read it.
_JSON_ORDER = (
    "row", "language", "sentiment", "opinions", "emotions", "intents", "cause", "needs", "urgency",
    "signals", "quality", "private", "masked_text", "model",
)  # fmt: skip
# A cell that begins like this would be taken for a formula by a spreadsheet.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Writer(Protocol):
    """Takes batches of `RESULT_SCHEMA`; `close` completes the file."""

    def write(self, results: pa.RecordBatch) -> None:
        """Write the rows."""
        ...

    def close(self) -> None:
        """Complete and close."""
        ...


class JsonLines:
    """One JSON object a row, fields under the contract's names."""

    def __init__(self, stream: BinaryIO, *, owns_stream: bool = False) -> None:
        self._stream = stream
        self._owns_stream = owns_stream
        self._connection = duckdb.connect(":memory:")

    def write(self, results: pa.RecordBatch) -> None:
        """Write the rows."""
        self._connection.register("results", pa.Table.from_batches([results.select(_JSON_ORDER)]))
        # The rows keep their order: DuckDB preserves that of an Arrow table.
        lines = self._connection.execute("SELECT to_json(results) FROM results").fetchall()
        self._stream.write("".join(f"{line}\n" for (line,) in lines).encode())

    def close(self) -> None:
        """Close what we opened, flush what we were given."""
        self._connection.close()
        if self._owns_stream:
            self._stream.close()
        else:
            self._stream.flush()


class ParquetFile:
    """The columns of the contract as they are."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, RESULT_SCHEMA, compression="zstd")

    def write(self, results: pa.RecordBatch) -> None:
        """Write the rows."""
        self._writer.write_batch(results.select(RESULT_SCHEMA.names).cast(RESULT_SCHEMA))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class CsvFile:
    """A column a field; those that hold lists or structs as JSON. UTF-8 with BOM, so that Excel reads it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(_JSON_ORDER)
        self._connection = duckdb.connect(":memory:")

    def write(self, results: pa.RecordBatch) -> None:
        """Write the rows."""
        self._connection.register("results", pa.Table.from_batches([results.select(_JSON_ORDER)]))
        fields = ", ".join(
            f'to_json("{name}")' if pa.types.is_nested(RESULT_SCHEMA.field(name).type) else f'"{name}"'
            for name in _JSON_ORDER
        )
        rows = self._connection.execute(f"SELECT {fields} FROM results").fetchall()  # noqa: S608 - own names
        self._rows.writerows([_harmless(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
        self._file.close()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


_BY_SUFFIX: dict[str, Callable[[Path], Writer]] = {
    ".jsonl": lambda path: JsonLines(path.open("wb"), owns_stream=True),
    ".ndjson": lambda path: JsonLines(path.open("wb"), owns_stream=True),
    ".parquet": ParquetFile,
    ".csv": CsvFile,
}


class Output(AbstractContextManager[Writer]):
    """The writer for a path, by its suffix; the file appears under its name only when it is complete.

    Raises:
        InvalidInput: the suffix is unknown, or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in _BY_SUFFIX:
            known = ", ".join(_BY_SUFFIX)
            raise InvalidInput(f"An output cannot end in '{path.suffix}'.", next_step=f"Use {known}.")
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")

    def __enter__(self) -> Writer:
        try:
            self._writer = _BY_SUFFIX[self._path.suffix.lower()](self._partial)
        except OSError as error:
            raise InvalidInput(
                f"The output cannot be written: {error.strerror}.", next_step="Name another place."
            ) from None
        return self._writer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if error is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)
