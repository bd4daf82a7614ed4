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


def marks(n: int) -> str:
    """The places of `n` values."""
    return ", ".join(["%s"] * n)


def put(value: object) -> Value:
    """A value as this database keeps it."""
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    if _is_sqlite():
        if isinstance(value, UUID):
            return value.hex
        if isinstance(value, datetime):
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return value


@cache
def _is_sqlite() -> bool:
    # Asked four times a row: the connection's own attribute goes through three look-ups.
    return connection.vendor == "sqlite"


def get_uuid(value: object) -> UUID:
    """What `put` made of a UUID."""
    return value if isinstance(value, UUID) else UUID(str(value))


def get_time(value: object) -> datetime:
    """What `put` made of a time."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
