"""The file of the index: a row a fact, by key and time. It may be deleted; it is made again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from zhiyin.customers.events.tables import CUSTOMER_EVENTS
from zhiyin.engine import Engine
from zhiyin.engine.home import Home

# Files of the lake that are read at a time; each is one day's or a part of it.
_FILES_AT_ONCE = 40
_WAIT_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
    key TEXT NOT NULL, kind TEXT NOT NULL, moment INTEGER NOT NULL, id TEXT NOT NULL,
    day INTEGER NOT NULL, unit_id INTEGER, PRIMARY KEY (key, kind, moment, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (uri TEXT PRIMARY KEY, lake_table TEXT NOT NULL) WITHOUT ROWID;
"""
TALK, PROMISE, ISSUE = "talk", "promise", "issue:"
_RECORDS: Mapping[str, str] = {
    "contacts": "record_id",
    "purchases": "coalesce(order_key, record_id)",
    "products_owned": "record_id",
    "visits": "record_id",
}
INDEXED = ("feedback", *_RECORDS, CUSTOMER_EVENTS.name)
"""The tables of the lake that hold facts of customers."""


def path_of(home: Home) -> Path:
    """Where the index lies."""
    return home.path / "customers" / "facts.sqlite3"


@contextmanager
def open_index(home: Home) -> Iterator[sqlite3.Connection]:
    """The index, made if there is none."""
    path = path_of(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        yield connection


@contextmanager
def read_index(home: Home) -> Iterator[sqlite3.Connection]:
    """The index as it is, which a page asks dozens of times; whoever calls has seen that it is there."""
    with closing(sqlite3.connect(f"file:{path_of(home)}?mode=ro", uri=True, timeout=_WAIT_SECONDS)) as found:
        yield found


def update_index(engine: Engine, *, should_stop: Callable[[], bool]) -> int:
    """Take in the files that the lake got since the last time; how many."""
    taken = 0
    known_tables = set(engine.lake.tables())
    with open_index(engine.home) as index:
        for table in INDEXED:
            if table not in known_tables:
                continue
            active = set(engine.lake.files(table))
            known = {uri for (uri,) in index.execute("SELECT uri FROM files WHERE lake_table = ?", [table])}
            with index:
                index.executemany("DELETE FROM files WHERE uri = ?", [(uri,) for uri in known - active])
            fresh = sorted(active - known)
            for start in range(0, len(fresh), _FILES_AT_ONCE):
                if should_stop():
                    return taken
                some = fresh[start : start + _FILES_AT_ONCE]
                _take(engine, index, table=table, files=some)
                taken += len(some)
    return taken


def forget_keys(home: Home, *, keys: Sequence[str]) -> int:
    """Remove the facts of keys that are erased; how many."""
    if not path_of(home).exists():
        return 0
    with open_index(home) as index, index:
        return sum(index.execute("DELETE FROM facts WHERE key = ?", [key]).rowcount for key in keys)


def _take(engine: Engine, index: sqlite3.Connection, *, table: str, files: Sequence[str]) -> None:
    with engine.lake.connect(table) as connection:
        # The view names columns that older files lack; these files alone are read in its place.
        connection.execute(f"CREATE TEMP TABLE wanted AS {_select(table, files=files)}")
        rows = connection.execute("SELECT * FROM wanted").fetchall()
    with index:
        index.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?, ?)", rows)
        index.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", [(uri, table) for uri in files])


def _select(table: str, *, files: Sequence[str]) -> str:
    days = ", ".join(sorted({f"DATE '{day}'" for uri in files if (day := day_of(uri))})) or "NULL"
    common = "epoch_us(occurred_at) AS moment, {id} AS id, CAST(day - DATE '1970-01-01' AS INTEGER), unit_id"
    where = f"WHERE day IN ({days})"
    if table == "feedback":
        columns = common.format(id="feedback_id")
        of = f"FROM feedback {where} AND is_current AND author_key IS NOT NULL"
        promised = "len(list_filter(conversation.marks, lambda one: one.kind = 'promise')) > 0"
        return (
            f"SELECT author_key, CASE WHEN n_turns > 0 THEN '{TALK}' ELSE channel END AS kind, {columns} {of}"
            f" UNION ALL SELECT author_key, '{PROMISE}', {columns} {of} AND n_turns > 0 AND {promised}"
        )
    if table == CUSTOMER_EVENTS.name:
        columns = common.format(id="event_id")
        return f"SELECT customer_key, '{table}', {columns} FROM {table} {where} AND customer_key IS NOT NULL"  # noqa: S608
    columns = common.format(id=_RECORDS[table])
    of = f"FROM {table} {where} AND is_current AND customer_key IS NOT NULL"
    records = f"SELECT customer_key, '{table}' AS kind, {columns} {of}"
    if table != "contacts":
        return records
    about = f"SELECT customer_key, '{ISSUE}' || issue_key, {columns} {of} AND issue_key IS NOT NULL"
    return f"{records} UNION ALL {about}"


def day_of(uri: str) -> str:
    """The day of a file of the lake, as its folder names it; empty where it has none."""
    _, _, rest = uri.rpartition("day=")
    return rest[:10] if len(rest) >= 10 else ""
