"""Registers and records the keys of voices in bulk: the one module where SQLite and PostgreSQL differ."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from django.db import DatabaseError, connection, transaction

from zhiyin.errors import Unavailable

# SQLite takes 32,766 parameters a statement at most; a message has 1,000 items.
_CHUNK = 1_000
_KEY_BYTES = 16
_ID_SIGNS = 32
_TABLE = "listen_feedbackkey"
_SELECT = (
    "SELECT key, feedback_id, content_hash, pending_hash, revision, sequence"  # noqa: S608
    f" FROM {_TABLE} WHERE key"
)

_INSERT = f"INSERT INTO {_TABLE} (key, feedback_id, content_hash, pending_hash, revision, sequence)"
_IGNORE = "ON CONFLICT (key) DO NOTHING"
_UPDATE = (
    "ON CONFLICT (key) DO UPDATE SET content_hash = excluded.content_hash,"
    " revision = excluded.revision, sequence = excluded.sequence"
)
# Two long values, cut up by SQLite: binding two thousand short ones takes a fifth of the whole time, all
# of it under the interpreter's lock.
_SQLITE_INSERT = (
    f"{_INSERT} WITH digit(x) AS (VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)),"  # noqa: S608
    " place(i) AS (SELECT a.x * 100 + b.x * 10 + c.x FROM digit a, digit b, digit c)"
    f" SELECT substr(?1, i * {_KEY_BYTES} + 1, {_KEY_BYTES}),"
    f" CAST(substr(?2, i * {_ID_SIGNS} + 1, {_ID_SIGNS}) AS TEXT), x'', x'', 0, 0"
    f" FROM place WHERE i < ?3 {_IGNORE}"
)
# Each in the order of the key, so that two processes cannot lock each other out.
_POSTGRES_INSERT = (
    f"{_INSERT} SELECT key, id, '', '', 0, 0"  # noqa: S608 - the names are our own
    f" FROM unnest(%s::bytea[], %s::uuid[]) AS new(key, id) ORDER BY key {_IGNORE}"
)
_POSTGRES_UPSERT = (
    f"{_INSERT} SELECT key, id, hash, '', revision, sequence"  # noqa: S608
    " FROM unnest(%s::bytea[], %s::uuid[], %s::bytea[], %s::int[], %s::bigint[])"
    f" AS new(key, id, hash, revision, sequence) ORDER BY key {_UPDATE}"
)

# SQLite's own waiting polls; in one process writers queue here and wake at once.
_one_writer = threading.Lock()


class KeyState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class StoredKey(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A voice as the lake now holds it."""

    key: bytes
    state: KeyState


def register_keys(keys: Sequence[bytes], *, candidates: Sequence[str]) -> dict[bytes, KeyState]:
    """Give each unknown key its candidate id (hex, 32 signs); the states of those known before.

    One commit a thousand keys, safe with any number of processes: of two that register a key at
    once one wins, and the other reads its id. Keys must be distinct, of 16 bytes.
    """
    known: dict[bytes, KeyState] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        with _faults():
            n_new = _insert(chunk, candidates[start : start + _CHUNK])
        if n_new < len(chunk):
            known.update(find_keys(chunk))
    return known


def find_keys(keys: Sequence[bytes]) -> dict[bytes, KeyState]:
    """States of the keys that exist."""
    found: dict[bytes, KeyState] = {}
    for start in range(0, len(keys), _CHUNK):
        with _faults():
            rows = _select(keys[start : start + _CHUNK])
        for key, feedback_id, content_hash, pending_hash, revision, sequence in rows:
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
    with _faults(), _one_writer, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_TABLE} SET pending_hash = %s WHERE key = %s",  # noqa: S608
            # In one order, so that two processes do not wait for each other; the last of a key wins.
            [(content_hash, key) for key, content_hash in sorted(pairs, key=itemgetter(0))],
        )


def record_stored(stored: Sequence[StoredKey], *, arrived: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Record what the lake now holds; a key that is missing is made again.

    `arrived` are keys and content hashes that were pending and have come out of the log. Committed in
    parts, so that intake need not wait for all: what a crash leaves out is recorded by the repetition.
    """
    ordered = sorted(stored, key=_key)  # in the order of the index: each of its pages is met once
    for start in range(0, len(ordered), _CHUNK * 5):
        with _faults(), _one_writer, transaction.atomic():
            for place in range(start, min(start + _CHUNK * 5, len(ordered)), _CHUNK):
                _upsert(ordered[place : place + _CHUNK])
    if not arrived:
        return
    with _faults(), _one_writer, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_TABLE} SET pending_hash = %s WHERE key = %s AND pending_hash = %s",  # noqa: S608
            [(b"", key, content_hash) for key, content_hash in sorted(arrived)],
        )


def has_hash_of_length(n_bytes: int) -> bool:
    """Whether any content hash has that many bytes; reads all keys where none has."""
    with _faults(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {_TABLE}"  # noqa: S608
            " WHERE length(content_hash) = %s OR length(pending_hash) = %s LIMIT 1",
            [n_bytes, n_bytes],
        )
        return cursor.fetchone() is not None


def read_hashes(*, after: bytes, n_rows: int) -> list[tuple[bytes, bytes, bytes]]:
    """Key, content hash and pending hash of the next keys in order."""
    with _faults(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, content_hash, pending_hash FROM {_TABLE}"  # noqa: S608
            " WHERE key > %s ORDER BY key LIMIT %s",
            [after, n_rows],
        )
        return [(bytes(key), bytes(content), bytes(pending)) for key, content, pending in cursor.fetchall()]


def replace_hashes(changes: Sequence[tuple[bytes, bytes, bytes, bytes, bytes]]) -> None:
    """Each (new content hash, new pending hash, key, and both as they were): changed ones stay."""
    if not changes:
        return
    with _faults(), _one_writer, transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_TABLE} SET content_hash = %s, pending_hash = %s"  # noqa: S608
            " WHERE key = %s AND content_hash = %s AND pending_hash = %s",
            changes,
        )


def _key(stored: StoredKey) -> bytes:
    return stored.key


def _upsert(stored: Sequence[StoredKey]) -> None:
    columns: list[Any] = [
        [one.key for one in stored],
        [one.state.feedback_id.replace("-", "") for one in stored],
        [one.state.content_hash for one in stored],
        [one.state.revision for one in stored],
        [one.state.sequence for one in stored],
    ]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRES_UPSERT, columns)
        return
    values = [value for row in zip(*columns, strict=True) for value in row]
    _sqlite().execute(_sqlite_upsert(len(stored)), values)


def _insert(keys: Sequence[bytes], candidates: Sequence[str]) -> int:
    """How many of the keys were new."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRES_INSERT, [list(keys), list(candidates)])
            return int(cursor.rowcount)
    columns = (b"".join(keys), "".join(candidates).encode(), len(keys))
    if (len(columns[0]), len(columns[1])) != (len(keys) * _KEY_BYTES, len(keys) * _ID_SIGNS):
        raise ValueError("A key has 16 bytes, an id 32 signs.")  # else each would get another's
    with _one_writer:
        return int(_sqlite().execute(_SQLITE_INSERT, columns).rowcount)


def _select(keys: Sequence[bytes]) -> Sequence[tuple[bytes, str | UUID, bytes, bytes, int, int]]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"{_SELECT} = ANY(%s)", [list(keys)])
            return list(cursor.fetchall())
    marks = ",".join("?" * len(keys))
    return _sqlite().execute(f"{_SELECT} IN ({marks})", keys).fetchall()


@cache
def _sqlite_upsert(n_rows: int) -> str:
    rows = ",".join(["(?,?,?,x'',?,?)"] * n_rows)
    return f"{_INSERT} VALUES {rows} {_UPDATE}"


@contextmanager
def _faults() -> Iterator[None]:
    """What the database cannot do now, told as ours."""
    try:
        yield
    except (sqlite3.Error, DatabaseError) as error:
        raise Unavailable(
            f"The operational database does not answer ({type(error).__name__}).",
            next_step="Try again; see that its disk has space, then run `zhiyin doctor`.",
        ) from error


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
