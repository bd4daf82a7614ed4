"""The turn to link: one writer of links at a time, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# A number that nothing else in this database locks by.
_LOCK = 0x7A68_6C69


@contextmanager
def linking_turn() -> Iterator[None]:
    """A transaction in which nobody else links; what it decides is seen by the next.

    SQLite lets one writer in anyway; in PostgreSQL the lock goes with the transaction.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield
