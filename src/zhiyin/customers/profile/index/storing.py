"""The file of the index: a row a fact, by key and time. It may be deleted; it is made again."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import chain
from pathlib import Path

import msgspec

from zhiyin.customers.profile.index.told import INDEXED, Row, read_rows, select_rows, tables_of
from zhiyin.engine import Engine
from zhiyin.engine.home import Home

# Days that are read at a time; then what was taken is kept, and a page may find it.
_DAYS_AT_ONCE = 20
_ROWS_AT_ONCE = 10_000
_WAIT_SECONDS = 10.0
_EPOCH = date(1970, 1, 1)
# Of another shape than the files that earlier versions made; those are deleted.
_NAME, _OLD_NAMES = "facts-2.sqlite3", ("facts.sqlite3",)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
    key TEXT NOT NULL, kind TEXT NOT NULL, moment INTEGER NOT NULL, id TEXT NOT NULL, day INTEGER NOT NULL,
    unit_id INTEGER NOT NULL, place INTEGER NOT NULL, told BLOB,
    PRIMARY KEY (key, kind, moment, id, day, unit_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS days (
    place INTEGER NOT NULL, day INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (place, day, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (uri TEXT PRIMARY KEY, lake_table TEXT NOT NULL) WITHOUT ROWID;
"""
_encode = msgspec.json.Encoder().encode


def path_of(home: Home) -> Path:
    """Where the index lies."""
    return home.path / "customers" / _NAME


@contextmanager
def open_index(home: Home) -> Iterator[sqlite3.Connection]:
    """The index, made if there is none."""
    path = path_of(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    if is_new:
        for old in (old for name in _OLD_NAMES for old in path.parent.glob(f"{name}*")):
            old.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        if is_new:  # by this number readers tell it from one that was deleted
            connection.execute(f"PRAGMA application_id = {secrets.randbelow(2**31)}")
        yield connection


@contextmanager
def read_index(home: Home) -> Iterator[sqlite3.Connection]:
    """The index as it is, which a page asks dozens of times; whoever calls has seen that it is there."""
    with closing(sqlite3.connect(f"file:{path_of(home)}?mode=ro", uri=True, timeout=_WAIT_SECONDS)) as found:
        yield found


def update_index(engine: Engine, *, should_stop: Callable[[], bool]) -> int:
    """Take in the days whose files changed since the last time; how many files are new.

    A day is taken anew as a whole: what was corrected or erased there is gone from the index too.
    """
    taken = 0
    known_tables = set(engine.lake.tables())
    with open_index(engine.home) as index:
        for table in INDEXED:
            if not known_tables.issuperset(tables_of(table)):
                continue
            changed = _list_changes(engine, index, table=table)
            days = sorted({day_of(uri) for uri in (*changed.fresh, *changed.gone)})
            for start in range(0, len(days), _DAYS_AT_ONCE):
                if should_stop():
                    return taken
                some = changed.of_days(days[start : start + _DAYS_AT_ONCE])
                _take(engine, index, table=table, changed=some)
                taken += len(some.fresh)
    return taken


def forget_keys(home: Home, *, keys: Sequence[str]) -> int:
    """Remove the facts of keys that are erased; how many."""
    if not path_of(home).exists():
        return 0
    with open_index(home) as index, index:
        for key in keys:
            on = index.execute("SELECT DISTINCT place, day, key FROM facts WHERE key = ?", [key]).fetchall()
            index.executemany("DELETE FROM days WHERE place = ? AND day = ? AND key = ?", on)
        return sum(index.execute("DELETE FROM facts WHERE key = ?", [key]).rowcount for key in keys)


class _Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Files of the lake, by URI with their table, that the index lacks or still counts on."""

    fresh: dict[str, str]
    gone: dict[str, str]

    def of_days(self, days: Collection[str]) -> _Changes:
        wanted = set(days)
        return _Changes(
            fresh={uri: table for uri, table in self.fresh.items() if day_of(uri) in wanted},
            gone={uri: table for uri, table in self.gone.items() if day_of(uri) in wanted},
        )


def _list_changes(engine: Engine, index: sqlite3.Connection, *, table: str) -> _Changes:
    watched = tables_of(table)
    active = {uri: one for one in watched for uri in engine.lake.files(one)}
    marks = ", ".join("?" for _ in watched)
    rows = index.execute(f"SELECT uri, lake_table FROM files WHERE lake_table IN ({marks})", [*watched])  # noqa: S608
    known = dict(rows.fetchall())
    return _Changes(
        fresh={uri: one for uri, one in active.items() if uri not in known},
        gone={uri: one for uri, one in known.items() if uri not in active},
    )


def _take(engine: Engine, index: sqlite3.Connection, *, table: str, changed: _Changes) -> None:
    place = INDEXED.index(table)
    days = sorted({day for uri in (*changed.fresh, *changed.gone) if (day := day_of(uri))})
    named = ", ".join(f"DATE '{day}'" for day in days) or "NULL"
    with engine.lake.connect(*tables_of(table)) as connection, index:
        for day in days:
            _drop(index, place=place, day=(date.fromisoformat(day) - _EPOCH).days)
        found = connection.execute(select_rows(table, days=f"day IN ({named})"))
        while rows := found.fetchmany(_ROWS_AT_ONCE):
            facts = list(chain.from_iterable(read_rows(table, row) for row in rows))
            index.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (_write(fact, place=place) for fact in facts),
            )
            on = {(place, fact.day, fact.key) for fact in facts}
            index.executemany("INSERT OR IGNORE INTO days VALUES (?, ?, ?)", on)
        index.executemany("DELETE FROM files WHERE uri = ?", [(uri,) for uri in changed.gone])
        index.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", changed.fresh.items())


def _drop(index: sqlite3.Connection, *, place: int, day: int) -> None:
    """Remove what is known of a table's day."""
    keys = index.execute("SELECT key FROM days WHERE place = ? AND day = ?", [place, day]).fetchall()
    index.executemany(
        f"DELETE FROM facts WHERE key = ? AND place = {place} AND day = {day}",  # noqa: S608 - numbers of our own
        keys,
    )
    index.execute("DELETE FROM days WHERE place = ? AND day = ?", [place, day])


def _write(fact: Row, *, place: int) -> tuple[object, ...]:
    told = _encode(fact.told) if fact.told is not None else None
    return (fact.key, fact.kind, fact.moment, fact.id, fact.day, fact.unit_id, place, told)


def day_of(uri: str) -> str:
    """The day of a file of the lake, as its folder names it; empty where it has none."""
    _, _, rest = uri.rpartition("day=")
    return rest[:10] if len(rest) >= 10 else ""
