"""`DeltaLake`: the lake as a folder (or a storage address) of Delta tables."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, Field

from zhiyin.engine.lake import commits, maintenance
from zhiyin.engine.lake.schema import (
    HAS_EVOLVED,
    PARTITION,
    check_name,
    check_spec,
    list_missing,
    read_schema,
    to_configuration,
)
from zhiyin.engine.lake.table import Snapshot, Table, faults
from zhiyin.engine.lake.take_over import Switch, finish, take_over
from zhiyin.engine.lake.views import Views
from zhiyin.engine.protocols import TableSpec, Transaction
from zhiyin.errors import InvalidInput

_DAMAGED = ".damaged"


class DeltaLake:
    """Implements `protocols.Lake`. Thread-safe; several processes may use the same folder.

    Threads and memory are DuckDB's, for all connections of this process together; by default as
    many threads as cores and four fifths of the memory.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        storage_options: Mapping[str, str] | None = None,
        n_threads: int | None = None,
        memory_limit_bytes: int | None = None,
    ) -> None:
        self._root = str(path).rstrip("/")
        self._options = dict(storage_options) if storage_options else None
        self._tables: dict[str, Table] = {}
        self._guard = threading.Lock()
        self._switch = None if self._options else Switch(Path(self._root))
        self._views = Views(
            n_threads=n_threads,
            memory_limit_bytes=memory_limit_bytes,
            spill_folder=None if self._options else f"{self._root}/.spill",
        )

    def create(self, spec: TableSpec) -> None:
        """Make the table, or add the columns that it lacks without rewriting a file.

        Raises:
            InvalidInput: the spec is not allowed. Conflict: a column is there with another type.
        """
        check_spec(spec)
        table = self._get(spec.name)
        with table.writing, faults(table.uri):
            if not DeltaTable.is_deltatable(table.uri, storage_options=self._options):
                self._create_new(spec, table)
        with table.writing:
            commits.run_commit(table, partial(_add_columns, spec=spec))

    def append(self, table: str, rows: pa.Table, *, transaction: Transaction | None = None) -> bool:
        """One atomic commit, on disk when it returns; False where the transaction was applied before.

        Rows are sorted inside; columns that are missing become null.

        Raises:
            InvalidInput: rows that do not fit. NotFound: no such table. Unavailable: storage fails.
        """
        return commits.append(self._get(table), rows, transaction=transaction)

    def last_version(self, table: str, app_id: str) -> int | None:
        """Highest transaction version that `app_id` committed to the table, None before the first."""
        return self._get(table).read_transaction(app_id)

    def update(self, table: str, *, where: str, values: Mapping[str, str]) -> int:
        """Set columns to SQL expressions (DataFusion's) in the rows that match; returns how many.

        Name the `day` in `where` if it is known: only the files touched are rewritten, whole.
        """
        return commits.update(self._get(table), where=where, values=values)

    def delete(self, table: str, *, where: str) -> int:
        """Remove the rows that match; returns how many. Their bytes go with the next `vacuum`."""
        return commits.delete(self._get(table), where=where)

    def replace(self, table: str, rows: pa.Table, *, where: str) -> None:
        """Put these rows, which must match `where`, in place of those that match, in one atomic commit.

        Raises:
            InvalidInput: rows that do not fit. NotFound: no such table. Unavailable: storage fails.
        """
        commits.replace(self._get(table), rows, where=where)

    def files(self, table: str) -> list[str]:
        """URIs of the active Parquet files, empty for a table without rows."""
        return list(self._read(table)[table].files)

    def schema(self, table: str) -> pa.Schema:
        """The columns of the table, in order."""
        return self._get(table).read_snapshot().schema

    def tables(self) -> list[str]:
        """Names of the tables, sorted; of a lake on a storage address those used in this process."""
        if self._options is not None:
            return sorted(self._tables)
        return sorted(path.parent.name for path in Path(self._root).glob("*/_delta_log"))

    def connect(self, *tables: str) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with a view for each table (all, if none is named); close it after use.

        The views stand at the version of this moment. `TimeZone` is UTC. Files that compaction
        replaces stay readable for an hour.
        """
        return self._views.connect(self._read(*(tables or self.tables())))

    def connect_days(self, days: Mapping[str, Collection[date]]) -> duckdb.DuckDBPyConnection:
        """As `connect`, each table with the rows of its days alone: of many days a few are opened sooner."""
        snapshots = self._read(*days)
        return self._views.connect_days({name: (snapshots[name], wanted) for name, wanted in days.items()})

    def maintain(self) -> None:
        """Compact small files, drop dead ones past their grace, write checkpoints; every table."""
        for name in self.tables():
            with self._switch.hold(is_alone=False) if self._switch else nullcontext():
                maintenance.maintain(self._get(name))

    def vacuum(self, table: str, *, keep_hours: float) -> int:
        """Delete files no longer referred to and older than `keep_hours`; returns how many."""
        return maintenance.vacuum(self._get(table), keep_hours=keep_hours)

    def take_over(self, source: DeltaLake, *tables: str) -> None:
        """Put all rows of these tables of `source` in place of the rows that they have here.

        Every reader, of whichever process, sees all of the tables as before until it sees all of them
        as after. `source` is a folder on the same disk; its files are linked, not copied. Nobody else
        may write to the tables meanwhile, but for `maintain`. Cut off by a kill, it is brought to its
        end by `finish_take_over`; readers stay where they were until then.

        Raises:
            Unavailable: storage fails. InvalidInput: the lake is no folder.
        """
        take_over(self._need_switch(), {name: (self._get(name), source._get(name)) for name in tables})

    def finish_take_over(self) -> bool:
        """Bring a `take_over` that was cut off to its end; whether there was one. Microseconds if not.

        The caller must be the only one who writes to the tables, as with `take_over`.
        """
        plan = self._switch.read() if self._switch else None
        if self._switch is None or plan is None:
            return False
        finish(self._switch, {name: self._get(name) for name in plan.files})
        return True

    def set_aside(self, table: str) -> None:
        """Move the folder of a damaged table to `.damaged/`, out of the lake; nothing is deleted."""
        folder = Path(self._get(table).uri)
        if folder.exists():
            target = folder.parent / _DAMAGED / f"{table}-{time.time_ns()}"
            target.parent.mkdir(exist_ok=True)
            folder.rename(target)
        with self._guard:
            self._tables.pop(table, None)
        self._views.forget(table)

    def drop_set_aside(self) -> None:
        """Delete what `set_aside` kept."""
        shutil.rmtree(Path(self._root) / _DAMAGED, ignore_errors=True)

    def close(self) -> None:
        """Release DuckDB."""
        self._views.close()

    def _get(self, name: str) -> Table:
        check_name(name)
        with self._guard:
            if name not in self._tables:
                self._tables[name] = Table(name, f"{self._root}/{name}", self._options)
            return self._tables[name]

    def _read(self, *names: str) -> dict[str, Snapshot]:
        """The newest version of each table, all from before or all from after a `take_over`."""
        while True:
            stamp = self._switch.stamp() if self._switch else None
            pins = self._switch.pins() if self._switch and stamp else {}
            tables = [self._get(name) for name in names]
            snapshots = {
                table.name: table.read_snapshot_at(pins[table.name])
                if table.name in pins
                else table.read_snapshot()
                for table in tables
            }
            if self._switch is None or self._switch.stamp() == stamp:
                return snapshots

    def _need_switch(self) -> Switch:
        if self._switch is None:
            raise InvalidInput("Only a lake in a folder can take over another one's rows.", field="lake")
        return self._switch

    def _create_new(self, spec: TableSpec, table: Table) -> None:
        DeltaTable.create(
            table.uri,
            schema=spec.schema,
            mode="ignore",
            partition_by=[PARTITION],
            configuration=to_configuration(spec),
            storage_options=self._options,
            raise_if_key_not_exists=False,
        )


def _add_columns(delta: DeltaTable, *, spec: TableSpec) -> None:
    missing = list_missing(spec.name, has=read_schema(delta), wants=spec.schema)
    if missing:
        # First the mark, then the columns: a reader that sees the columns knows to look for them.
        delta.alter.set_table_properties({HAS_EVOLVED: "true"}, raise_if_not_exists=False)
        delta.alter.add_columns([Field.from_arrow(column) for column in missing])
