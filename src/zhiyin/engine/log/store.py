"""The SQL of the intake log: what happens inside one transaction of its file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from zhiyin.engine.protocols import Lag, Message, NewMessage

BUSY_SECONDS = 30.0
DROP_PER_COMMIT = 64  # dropping a body costs about what appending it cost
_PAGE_BYTES = 16_384
_WAL_LIMIT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A leased message without its body."""

    sequence: int
    message_id: bytes
    n_items: int
    appended_us: int
    n_deliveries: int


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode whose commits are on disk when they return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _make_private(path)
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    try:
        # Bodies are some 100 KB: large pages spare long overflow chains. Acts on a new file only.
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _make_private(path: Path) -> None:
    """Make the file so that only the owner reads it; SQLite gives its side files the same mode.

    A file that exists is not opened: closing it would drop the locks that other connections of this process
    hold on it, and the last connection of another process would then take the write-ahead log away.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables that are not there yet."""
    if connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'body'").fetchone()[0]:
        return  # so that opening a log that exists takes no write lock
    script = files("zhiyin.engine.log").joinpath("schema.sql").read_text(encoding="utf-8")
    connection.executescript(f"BEGIN IMMEDIATE; {script}; COMMIT;")


def append(connection: sqlite3.Connection, messages: Sequence[NewMessage], now_us: int) -> list[int]:
    """Sequences of the messages; one whose id is there already is not stored again."""
    return [_append_one(connection, message, now_us) for message in messages]


def _append_one(connection: sqlite3.Connection, message: NewMessage, now_us: int) -> int:
    known = connection.execute(
        "SELECT sequence FROM message WHERE message_id = ?", (message.message_id,)
    ).fetchone()
    if known:
        return int(known[0])
    # Rows are never deleted, so the next rowid is the highest plus one: no gaps, no reuse.
    cursor = connection.execute(
        "INSERT INTO message (message_id, n_items, appended_us) VALUES (?, ?, ?)",
        (message.message_id, message.n_items, now_us),
    )
    sequence = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO body (sequence, body) VALUES (?, ?)", (sequence, message.body))
    return sequence


def lease(connection: sqlite3.Connection, *, max_items: int, now_us: int, until_us: int) -> list[Leased]:
    """Hold the oldest free messages, of at least one and at most `max_items` items where that is possible."""
    chosen = _choose(connection, max_items=max_items, now_us=now_us)
    connection.executemany(
        "UPDATE message SET leased_until_us = ?, n_deliveries = n_deliveries + 1 WHERE sequence = ?",
        [(until_us, message.sequence) for message in chosen],
    )
    return chosen


def _choose(connection: sqlite3.Connection, *, max_items: int, now_us: int) -> list[Leased]:
    rows = connection.execute(
        "SELECT sequence, message_id, n_items, appended_us, n_deliveries FROM message"
        " WHERE state = 0 AND leased_until_us <= ? ORDER BY sequence",
        (now_us,),
    )
    chosen: list[Leased] = []
    n_items = 0
    for sequence, message_id, n, appended_us, n_deliveries in rows:
        if chosen and n_items + n > max_items:
            break
        chosen.append(
            Leased(
                sequence=sequence,
                message_id=message_id,
                n_items=n,
                appended_us=appended_us,
                n_deliveries=n_deliveries + 1,
            )
        )
        n_items += n
    rows.close()
    return chosen


def acknowledge(connection: sqlite3.Connection, sequences: Sequence[int]) -> None:
    """Mark as done what is not yet; then drop as many bodies, and some that were left over."""
    connection.executemany(
        "UPDATE message SET state = 1 WHERE sequence = ? AND state = 0",
        [(sequence,) for sequence in sequences],
    )
    drop_bodies(connection, max_bodies=len(sequences) + DROP_PER_COMMIT)


def drop_bodies(connection: sqlite3.Connection, *, max_bodies: int = DROP_PER_COMMIT) -> int:
    """Delete bodies of acknowledged messages, the oldest first; returns how many."""
    rows = connection.execute("SELECT sequence FROM message WHERE state = 1 LIMIT ?", (max_bodies,))
    sequences = rows.fetchall()
    connection.executemany("DELETE FROM body WHERE sequence = ?", sequences)
    connection.executemany("UPDATE message SET state = 2 WHERE sequence = ?", sequences)
    return len(sequences)


def has_free(connection: sqlite3.Connection, now_us: int) -> bool:
    """Whether a message waits that nobody holds."""
    row = connection.execute(
        "SELECT 1 FROM message WHERE state = 0 AND leased_until_us <= ? LIMIT 1", (now_us,)
    ).fetchone()
    return row is not None


def read_message(connection: sqlite3.Connection, leased: Leased) -> Message | None:
    """The leased message with its body; None where another holder finished it meanwhile."""
    row = connection.execute("SELECT body FROM body WHERE sequence = ?", (leased.sequence,)).fetchone()
    if row is None:
        return None
    return Message(
        sequence=leased.sequence,
        message_id=leased.message_id,
        body=row[0],
        n_items=leased.n_items,
        appended_at=datetime.fromtimestamp(leased.appended_us / 1e6, tz=UTC),
        n_deliveries=leased.n_deliveries,
    )


def read_lag(connection: sqlite3.Connection, now_us: int) -> Lag:
    """What is not acknowledged."""
    n_messages, n_items, oldest = connection.execute(
        "SELECT count(*), coalesce(sum(n_items), 0), min(sequence) FROM message WHERE state = 0"
    ).fetchone()
    if oldest is None:
        return Lag(n_messages=0, n_items=0, oldest_seconds=0.0)
    row = connection.execute("SELECT appended_us FROM message WHERE sequence = ?", (oldest,)).fetchone()
    return Lag(n_messages=n_messages, n_items=n_items, oldest_seconds=max(0.0, (now_us - row[0]) / 1e6))
