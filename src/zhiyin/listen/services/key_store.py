"""Registers and records the keys of voices in bulk: the one module where SQLite and PostgreSQL differ."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from uuid import UUID

from django.db import connection, transaction

# SQLite takes 32,766 parameters a statement at most; a message has 1,000 items.
_CHUNK = 1_000
_TABLE = "listen_feedbackkey"
_SELECT = (
    "SELECT key, feedback_id, content_hash, pending_hash, revision, sequence"  # noqa: S608
    f" FROM {_TABLE} WHERE key"
)

# SQLite's own waiting polls; in one process writers queue here and wake at once.
_one_writer = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """What is known of a voice: `revision` 0 is registered only, then 1, 2, … as stored in the lake.

    `feedback_id` is written with hyphens; `sequence` is the last log message that changed it.
    `pending_hash` is of the last version on its way through the log, empty where none is.
    """

    feedback_id: str
    content_hash: bytes
    revision: int
    sequence: int
    pending_hash: bytes = b""

    def will_be(self, content_hash: bytes) -> bool:
        """Whether the stored version is this one, and will still be when the log is worked off."""
        return (
            self.revision > 0
            and self.content_hash == content_hash
            and self.pending_hash in (b"", content_hash)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A voice as the lake now holds it."""

    key: bytes
    state: KeyState


def register_keys(keys: Sequence[bytes], *, candidates: Sequence[str]) -> dict[bytes, KeyState]:
    """Give each unknown key its candidate id (hex, 32 signs); the states of those known before.

    One commit a thousand keys, safe with any number of processes: of two that register a key at
    once one wins, and the other reads its id. Keys must be distinct.
    """
    known: dict[bytes, KeyState] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        if _insert(chunk, candidates[start : start + _CHUNK]) < len(chunk):
            known.update(find_keys(chunk))
    return known


def find_keys(keys: Sequence[bytes]) -> dict[bytes, KeyState]:
    """States of the keys that exist."""
    found: dict[bytes, KeyState] = {}
    for start in range(0, len(keys), _CHUNK):
        for key, feedback_id, content_hash, pending_hash, revision, sequence in _select(
            keys[start : start + _CHUNK]
        ):
            found[bytes(key)] = KeyState(
                feedback_id=_hyphened(feedback_id),
                content_hash=bytes(content_hash),
                pending_hash=bytes(pending_hash),
                revision=revision,
                sequence=sequence,
            )
    return found


def mark_pending(pairs: Sequence[tuple[bytes, bytes]]) -> None:
    """Note for known keys the content hash of the version that is about to be logged.

    Until it is stored, an older version sent again is a change, not "unchanged".
    """
    with _one_writer, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_TABLE} SET pending_hash = %s WHERE key = %s",  # noqa: S608
            # In one order, so that two processes do not wait for each other; the last of a key wins.
            [(content_hash, key) for key, content_hash in sorted(pairs, key=itemgetter(0))],
        )


def record_stored(stored: Sequence[StoredKey], *, arrived: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Record what the lake now holds, in one transaction; a key that is missing is made again.

    `arrived` are keys and content hashes that were pending and have come out of the log.
    """
    rows = [
        (
            one.key,
            UUID(one.state.feedback_id).hex,
            one.state.content_hash,
            b"",
            one.state.revision,
            one.state.sequence,
        )
        for one in stored
    ]
    with _one_writer, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_TABLE} (key, feedback_id, content_hash, pending_hash, revision, sequence)"  # noqa: S608
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO UPDATE SET"
            " content_hash = excluded.content_hash, revision = excluded.revision,"
            " sequence = excluded.sequence",
            rows,
        )
        cursor.executemany(
            f"UPDATE {_TABLE} SET pending_hash = %s WHERE key = %s AND pending_hash = %s",  # noqa: S608
            [(b"", key, content_hash) for key, content_hash in sorted(arrived)],
        )


def _insert(keys: Sequence[bytes], candidates: Sequence[str]) -> int:
    """How many of the keys were new."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} (key, feedback_id, content_hash, pending_hash, revision, sequence)"  # noqa: S608
                " SELECT key, id, '', '', 0, 0 FROM unnest(%s::bytea[], %s::uuid[]) AS new(key, id)"
                " ORDER BY key ON CONFLICT (key) DO NOTHING",  # in one order: no deadlock
                [list(keys), list(candidates)],
            )
            return int(cursor.rowcount)
    values = [value for pair in zip(keys, candidates, strict=True) for value in pair]
    with _one_writer:
        return int(_sqlite().execute(_sqlite_insert(len(keys)), values).rowcount)


def _select(keys: Sequence[bytes]) -> Sequence[tuple[bytes, str | UUID, bytes, bytes, int, int]]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"{_SELECT} = ANY(%s)", [list(keys)])
            return list(cursor.fetchall())
    marks = ",".join("?" * len(keys))
    return _sqlite().execute(f"{_SELECT} IN ({marks})", keys).fetchall()


@cache
def _sqlite_insert(n_rows: int) -> str:
    rows = ",".join(["(?,?,x'',x'',0,0)"] * n_rows)
    return (
        f"INSERT INTO {_TABLE} (key, feedback_id, content_hash, pending_hash, revision, sequence)"  # noqa: S608
        f" VALUES {rows} ON CONFLICT (key) DO NOTHING"
    )


def _sqlite() -> sqlite3.Connection:
    """The bare connection: Django's cursor rewrites every parameter mark of two thousand."""
    connection.ensure_connection()
    bare = connection.connection
    assert isinstance(bare, sqlite3.Connection)
    return bare


def _hyphened(value: str | UUID) -> str:
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
