"""Where identities were seen, of the operational database, as a table of a DuckDB connection."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from zhiyin.customers.models import IdentityUnit

_A_BATCH = 100_000
_SEATS = pa.schema([("key", pa.string()), ("unit_id", pa.int64())])


def read_seats(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `seen`: each key with the units where it was seen."""
    connection.execute("CREATE TEMP TABLE seen (key VARCHAR, unit_id BIGINT)")
    for part in _pages(IdentityUnit.objects.values_list("pk", "identity__key", "unit_id")):
        rows = pa.table([[row[1] for row in part], [row[2] for row in part]], schema=_SEATS)
        _add(connection, "seen", rows)


def _pages(rows: object) -> Iterator[list[tuple[object, ...]]]:
    last = 0
    while part := list(rows.order_by("pk").filter(pk__gt=last)[:_A_BATCH]):  # type: ignore[attr-defined]
        last = part[-1][0]
        yield part


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")  # noqa: S608 - our own name
    connection.unregister("incoming")
