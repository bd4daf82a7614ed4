"""Identities of the operational database as tables of a DuckDB connection."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from zhiyin.customers.models import Identity, IdentityUnit

_A_BATCH = 100_000
_LINKS = pa.schema([("key", pa.string()), ("customer", pa.string())])
_SEATS = pa.schema([("key", pa.string()), ("unit_id", pa.int64())])


def read_links(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `customer_keys`: each key with the customer that it is part of now."""
    connection.execute("CREATE TEMP TABLE customer_keys (key VARCHAR, customer VARCHAR)")
    for part in _pages(Identity.objects.values_list("pk", "key", "customer")):
        rows = pa.table([[row[1] for row in part], [str(row[2]) for row in part]], schema=_LINKS)
        _add(connection, "customer_keys", rows)


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
