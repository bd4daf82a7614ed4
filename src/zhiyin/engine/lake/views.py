"""DuckDB over the lake: a shared in-memory engine, and the view of each table."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from zhiyin.engine.lake.schema import PARTITION
from zhiyin.engine.lake.table import Snapshot
from zhiyin.errors import Unavailable

_FOOTER_THREADS = 8
# Beyond, those that were read first are forgotten: files that are long compacted away among them.
_MOST_FOOTERS = 100_000


class Views:
    """Hands out cursors of one DuckDB, each with its own temporary views.

    One engine a process shares threads and memory among all readers, and a cursor opens in
    microseconds where a new engine takes 12 ms.
    """

    def __init__(
        self, *, n_threads: int | None, memory_limit_bytes: int | None, spill_folder: str | None
    ) -> None:
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._opening = threading.Lock()
        self._n_threads = n_threads
        self._memory_limit_bytes = memory_limit_bytes
        self._spill_folder = spill_folder
        self._definitions: dict[str, tuple[int, str]] = {}
        self._by_day: dict[str, tuple[Snapshot, dict[str, list[str]]]] = {}
        self._types: dict[str, tuple[pa.Schema, dict[str, str]]] = {}
        self._columns = FooterCache()

    def connect(self, snapshots: Mapping[str, Snapshot]) -> duckdb.DuckDBPyConnection:
        """A cursor with a view for each table, by name, as the snapshot has it."""
        return self._view([self._define(name, snapshot) for name, snapshot in snapshots.items()])

    def connect_days(
        self, wanted: Mapping[str, tuple[Snapshot, Collection[date]]]
    ) -> duckdb.DuckDBPyConnection:
        """A cursor with a view for each table over the files of some days: hundreds need not be named."""
        definitions = []
        for name, (snapshot, days) in wanted.items():
            by_day = self._sort_by_day(name, snapshot)
            files = tuple(file for day in sorted(set(days)) for file in by_day.get(day.isoformat(), ()))
            some = replace(snapshot, files=files)
            definitions.append(
                define_view(name, some, self._read_types(name, snapshot.schema), self._columns)
            )
        return self._view(definitions)

    def _sort_by_day(self, name: str, snapshot: Snapshot) -> Mapping[str, Sequence[str]]:
        known = self._by_day.get(name)
        if known is None or known[0] is not snapshot:
            by_day: dict[str, list[str]] = {}
            for file in snapshot.files:
                by_day.setdefault(file.rpartition(f"{PARTITION}=")[2][:10], []).append(file)
            known = (snapshot, by_day)
            self._by_day[name] = known
        return known[1]

    def _view(self, definitions: Iterable[str]) -> duckdb.DuckDBPyConnection:
        connection = self._open().cursor()
        try:
            for definition in definitions:
                connection.execute(definition)
        except duckdb.Error as error:
            connection.close()
            raise Unavailable(
                f"The lake cannot be read ({type(error).__name__}).", next_step="Run `zhiyin doctor`."
            ) from error
        return connection

    def forget(self, name: str) -> None:
        """Define the view anew at its next use: another table took the name."""
        self._definitions.pop(name, None)
        self._by_day.pop(name, None)

    def close(self) -> None:
        """Close the engine; open cursors end with it."""
        with self._opening:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _open(self) -> duckdb.DuckDBPyConnection:
        with self._opening:
            if self._engine is None:
                self._engine = self._make_engine()
            return self._engine

    def _make_engine(self) -> duckdb.DuckDBPyConnection:
        # The lake never loads an extension from the network.
        engine = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
        engine.execute("SET GLOBAL TimeZone = 'UTC'")
        # Files never change: their footers need not be read again for each question about all time.
        engine.execute("SET GLOBAL parquet_metadata_cache = true")
        if self._n_threads is not None:
            engine.execute(f"SET threads = {int(self._n_threads)}")
        if self._memory_limit_bytes is not None:
            engine.execute(f"SET memory_limit = '{int(self._memory_limit_bytes)}B'")
        if self._spill_folder is not None:
            # By default DuckDB would spill into the working folder.
            engine.execute("SET temp_directory = $1", [self._spill_folder])
        return engine

    def _define(self, name: str, snapshot: Snapshot) -> str:
        known = self._definitions.get(name)
        if known is None or known[0] != snapshot.version:
            types = self._read_types(name, snapshot.schema)
            known = (snapshot.version, define_view(name, snapshot, types, self._columns))
            self._definitions[name] = known
        return known[1]

    def _read_types(self, name: str, schema: pa.Schema) -> dict[str, str]:
        known = self._types.get(name)
        if known is None or known[0] != schema:
            with self._open().cursor() as connection:
                relation = connection.from_arrow(schema.empty_table())
                kinds = [str(kind) for kind in relation.types]
            known = (schema, dict(zip(schema.names, kinds, strict=True)))
            self._types[name] = known
        return known[1]


@dataclass(slots=True)
class FooterCache:
    """Columns of Parquet files, which never change; read only for tables that got columns later."""

    _names: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, files: Iterable[str]) -> dict[str, frozenset[str]]:
        """Column names of each file."""
        files = list(files)
        unknown = [file for file in files if file not in self._names]
        if unknown:
            with ThreadPoolExecutor(_FOOTER_THREADS) as pool:
                self._names.update(zip(unknown, pool.map(_read_names, unknown), strict=True))
        found = {file: self._names[file] for file in files}
        for file in list(self._names)[: max(0, len(self._names) - _MOST_FOOTERS)]:
            if file not in found:
                self._names.pop(file, None)
        return found


def _read_names(file: str) -> frozenset[str]:
    try:
        return frozenset(pq.read_schema(file).names)
    except (OSError, pa.ArrowException) as error:
        raise Unavailable(
            f"A file of the lake cannot be read ({type(error).__name__}).", next_step="Run `zhiyin doctor`."
        ) from error


def define_view(name: str, snapshot: Snapshot, types: dict[str, str], columns: FooterCache) -> str:
    """`CREATE VIEW` over the active files; `types` are DuckDB's, by column.

    `union_by_name` would open the footer of every file at each query; instead files with equal
    columns form one scan, so that a table that never changed is one scan and days are skipped unopened.
    """
    groups: dict[frozenset[str], list[str]] = {}
    if snapshot.has_evolved:
        for file, names in columns.read(snapshot.files).items():
            groups.setdefault(names, []).append(file)
    elif snapshot.files:
        groups[frozenset(types)] = list(snapshot.files)
    scans = [_scan(types, names | {PARTITION}, files) for names, files in groups.items()]
    body = " UNION ALL ".join(scans or [_scan_nothing(types)])
    return f"CREATE OR REPLACE TEMP VIEW {_quote(name)} AS {body}"


def _scan(types: dict[str, str], present: frozenset[str], files: list[str]) -> str:
    columns = ", ".join(
        _quote(name) if name in present else f"CAST(NULL AS {kind}) AS {_quote(name)}"
        for name, kind in types.items()
    )
    paths = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return (
        f"SELECT {columns} FROM read_parquet([{paths}],"  # noqa: S608 - names and paths of our own
        f" hive_partitioning = true, hive_types = {{{_quote(PARTITION)}: DATE}})"
    )


def _scan_nothing(types: dict[str, str]) -> str:
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {_quote(name)}" for name, kind in types.items())
    return f"SELECT {columns} WHERE false"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
