"""Commits to a lake table: append, update, delete; repeated where another process was quicker."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

import deltalake
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError

from zhiyin.engine.lake.schema import fit, read_schema
from zhiyin.engine.lake.table import Table, faults, list_sort_columns
from zhiyin.engine.protocols import Transaction
from zhiyin.errors import InvalidInput, Unavailable

_ATTEMPTS = 12
_FIRST_PAUSE_SECONDS = 0.01

# Row groups of DuckDB's vector count, so that its threads and its skipping work on whole groups.
WRITER = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=122_880)

_Result = TypeVar("_Result")


def append(table: Table, rows: pa.Table, *, transaction: Transaction | None) -> bool:
    """One commit of the rows; False where the transaction was applied before.

    Raises:
        InvalidInput: rows that do not fit. Unavailable: the storage fails, or conflicts do not end.
    """

    def commit(delta: DeltaTable) -> bool:
        if transaction and _has_applied(delta, transaction):
            return False
        fitted = fit(rows, table=table.name, schema=read_schema(delta), sort_by=list_sort_columns(delta))
        if not fitted.num_rows and transaction is None:
            return True
        write_deltalake(
            delta,
            fitted,
            mode="append",
            writer_properties=WRITER,
            commit_properties=_name_transaction(transaction),
        )
        return True

    with table.writing:
        return run_commit(table, commit)


def _has_applied(delta: DeltaTable, transaction: Transaction) -> bool:
    last = delta.transaction_version(transaction.app_id)
    return last is not None and last >= transaction.version


def update(table: Table, *, where: str, values: Mapping[str, str]) -> int:
    """Set columns to SQL expressions in the rows that match; returns how many."""

    def commit(delta: DeltaTable) -> int:
        _check_columns(table, values, read_schema(delta))
        if not delta.file_uris():
            return 0
        result = delta.update(updates=dict(values), predicate=where, writer_properties=WRITER)
        return int(result["num_updated_rows"])

    with table.rewriting, table.writing:
        return run_commit(table, commit)


def delete(table: Table, *, where: str) -> int:
    """Remove the rows that match; returns how many."""

    def commit(delta: DeltaTable) -> int:
        if not delta.file_uris():
            return 0
        return int(delta.delete(where, writer_properties=WRITER)["num_deleted_rows"])

    with table.rewriting, table.writing:
        return run_commit(table, commit)


def _check_columns(table: Table, values: Mapping[str, str], schema: pa.Schema) -> None:
    # The Delta library would pass over a column that is not there.
    for name in values:
        if name not in schema.names:
            raise InvalidInput(f"Table {table.name} has no column {name}.", field=name)


def replace(table: Table, rows: pa.Table, *, where: str) -> None:
    """One commit that removes the rows that match and adds these, which must match too."""

    def commit(delta: DeltaTable) -> None:
        fitted = fit(rows, table=table.name, schema=read_schema(delta), sort_by=list_sort_columns(delta))
        write_deltalake(delta, fitted, mode="overwrite", predicate=where, writer_properties=WRITER)

    with table.rewriting, table.writing:
        run_commit(table, commit)


def _name_transaction(transaction: Transaction | None) -> CommitProperties | None:
    if transaction is None:
        return None
    named = deltalake.Transaction(transaction.app_id, transaction.version)
    return CommitProperties(app_transactions=[named])


def run_commit(table: Table, commit: Callable[[DeltaTable], _Result]) -> _Result:
    """Run the commit on the newest version, again on a newer one after a conflict."""
    for attempt in range(_ATTEMPTS):
        delta = table.writer.refresh()
        before = delta.version()
        with faults(table.uri):
            try:
                result = commit(delta)
            except CommitFailedError:
                # What the failed attempt wrote belongs to no version; the vacuum finds it.
                table.writer.forget()
                _pause(attempt)
                continue
            except BaseException:
                table.writer.forget()
                raise
            if delta.version() != before and table.storage_options is None:
                _make_durable(Path(table.uri), delta.version())
            return result
    raise Unavailable(f"Table {table.name} is written by too many at once.", next_step="Try again.")


def _pause(attempt: int) -> None:
    seconds = _FIRST_PAUSE_SECONDS * 2 ** min(attempt, 6)
    time.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311 - spreads, guards nothing


def _make_durable(folder: Path, version: int) -> None:
    """Bring a commit and its files to the disk, which the Delta library leaves to the system.

    The intake log forgets a body once its facts are here, so they must outlive a power cut.
    """
    entry = folder / "_delta_log" / f"{version:020d}.json"
    paths = {entry, entry.parent, folder}
    for line in entry.read_bytes().splitlines():
        if added := json.loads(line).get("add"):
            path = folder / unquote(added["path"])
            paths |= {path, path.parent}
    for path in paths:
        _sync(path)


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # compacted and dropped meanwhile: its rows stand in a newer file
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
