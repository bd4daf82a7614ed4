"""Rows of linking in bulk: the one module that writes past the ORM, which costs ten times the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

CHUNK = 450
"""How many values a statement names: both databases take far more, and neither plans worse for it."""

Value = Any
_T = TypeVar("_T")


def chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The distinct items in parts."""
    wanted = [*dict.fromkeys(items)]
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))


def allocate_ids(model: type[models.Model], n: int) -> Sequence[int]:
    """Ids for `n` new rows, growing; within the turn to link, so that nobody else gives them away."""
    if not n:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, n]
            )
            return sorted(found for (found,) in cursor.fetchall())
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        first = int(cursor.fetchone()[0]) + 1
    return range(first, first + n)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Put rows in; values are as `put` gives them."""
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    run_many(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def run_many(sql: str, rows: Iterable[Sequence[Value]]) -> None:
    """Run one statement for each row."""
    values = list(rows)
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)


def fetch(sql: str, values: Sequence[Value]) -> list[tuple[Value, ...]]:
    """The rows of a query, as the database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def fetch_pairs(
    sql: str, pairs: Iterable[tuple[int, int]], *, values: Sequence[Value] = ()
) -> list[tuple[Value, ...]]:
    """The rows of a query that joins `wanted(l, r)`, which these pairs are; `values` stand after them.

    One look-up in an index for each: of two lists of ids either database would try every combination.
    """
    found: list[tuple[Value, ...]] = []
    for some in chunks(pairs):
        places = ", ".join(["(%s, %s)"] * len(some))
        ids = [end for pair in some for end in pair]
        found += fetch(f"WITH wanted(l, r) AS (VALUES {places}) {sql}", [*ids, *values])
    return found


def marks(n: int) -> str:
    """The places of `n` values."""
    return ", ".join(["%s"] * n)


def put(value: object) -> Value:
    """A value as this database keeps it."""
    if isinstance(value, datetime):
        return put_time(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    if isinstance(value, UUID):
        return value.hex
    return value


def put_time(value: datetime) -> Value:
    """A time as this database keeps it; two of them compare as the times do."""
    if not _is_sqlite():
        return value
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(" ")[:-6]


def kept_time(column: str) -> str:
    """A column of times, to be read as `put_time` writes it; SQLite's driver would parse each."""
    return f"CAST({column} AS TEXT)" if _is_sqlite() else column


@cache
def _is_sqlite() -> bool:
    # Asked four times a row: the connection's own attribute goes through three look-ups.
    return connection.vendor == "sqlite"


def get_hex(value: object) -> str:
    """A UUID of the database as 32 signs, in whose order UUIDs are; `put` takes them too."""
    return value.hex if isinstance(value, UUID) else str(value)
