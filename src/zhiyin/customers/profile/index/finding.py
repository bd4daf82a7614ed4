"""Asks the index: which facts a page needs, how many there are a month, how often about one matter."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import numpy.typing as npt
from django.conf import settings

from zhiyin.customers.profile.facts import units_of
from zhiyin.customers.profile.index.storing import day_of, path_of, read_index
from zhiyin.customers.profile.index.told import ISSUE, PROMISE
from zhiyin.customers.profile.timeline import TimelineAsk
from zhiyin.engine import Engine, open_engine
from zhiyin.errors import NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries.feedback import write_days
from zhiyin.people.scope import Scope

# Where more days than these are not taken in yet, all are read: the index has only begun.
_MOST_FRESH_DAYS = 60
# Rows of facts that are no more (corrected, erased) may stand in the index for a while.
_SPARE = 20
NOTHING = "FALSE"
OTHERS = ("contacts", "purchases", "products_owned", "visits", "customer_events", PROMISE)
"""Kinds of the index that are no voices; matters besides."""
_GAP = timedelta(days=2)
EPOCH = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_START, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


# By tables: the index, by its number, and the files with which it lacked none. Files never change.
_complete: dict[tuple[str, ...], tuple[int, int]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    id: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Where the facts are that a page needs: `where` is SQL that holds for them; all `days` where None."""

    where: str
    days: frozenset[date] | None

    @property
    def is_nothing(self) -> bool:
        """Whether there are none, so that the lake need not be asked."""
        return self.days is not None and not self.days


def narrow(
    ask_for: TimelineAsk, *, table: str, id_column: str, kinds: Sequence[str] = (), excluded: bool = False
) -> Narrowed:
    """Where every fact is that the page needs.

    `kinds` are those of the index, all but them where `excluded`.
    """
    fresh = fresh_days(table)
    if fresh is None:
        return Narrowed(where="TRUE", days=None)
    found = _pick(ask_for, kinds=kinds or (table,), excluded=excluded)
    days = frozenset({*fresh, *(fact.day for fact in found)})
    if not days:
        return Narrowed(where=NOTHING, days=days)
    if ask_for.text:
        return Narrowed(where=write_runs(days), days=days)
    ids = ", ".join("'" + fact.id.replace("'", "''") + "'" for fact in found) or "NULL"
    among = f" OR day IN ({write_days(fresh)})" if fresh else ""
    return Narrowed(where=f"day IN ({write_days(days)}) AND ({id_column} IN ({ids}){among})", days=days)


def connect(found: Narrowed, *tables: str) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """The tables of the lake, as far as they are needed for what was found."""
    lake = open_lake()
    if found.days is None:
        return closing(lake.connect(*tables))
    return closing(lake.connect_days(dict.fromkeys(tables, found.days)))


def days_of(keys: Sequence[str], *, table: str, kinds: Sequence[str] = (), excluded: bool = False) -> str:
    """SQL of the days on which these keys have facts of a table; TRUE where the index is not ready."""
    fresh = fresh_days(table)
    if fresh is None:
        return "TRUE"
    chosen, values = _of_kinds(kinds or (table,), excluded=excluded)
    days = set(fresh)
    with read_index(open_engine(settings.HOME).home) as index:
        for key in keys:
            rows = index.execute(f"SELECT DISTINCT day FROM facts WHERE key = ? AND {chosen}", [key, *values])  # noqa: S608
            days |= {EPOCH + timedelta(days=day) for (day,) in rows}
    return write_runs(days)


def write_runs(days: Iterable[date]) -> str:
    """SQL of at least these days, at most a day more between two of them; `NOTHING` for none.

    Each file of the lake is held against each part of it: hundreds of single days cost more than reading.
    """
    runs: list[list[date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][1] <= _GAP:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    alone = [first for first, last in runs if first == last]
    parts = [f"day BETWEEN DATE '{first}' AND DATE '{last}'" for first, last in runs if first != last]
    parts += [f"day IN ({write_days(alone)})"] if alone else []
    return f"({' OR '.join(parts)})" if parts else NOTHING


def list_said(keys: Sequence[str]) -> list[str] | None:
    """Ids of all voices of these keys; None where the index is not ready, or lacks any file."""
    if fresh_days("feedback") != set():
        return None
    chosen, values = _of_kinds(OTHERS, excluded=True)
    with read_index(open_engine(settings.HOME).home) as index:
        return [
            id_
            for key in keys
            for (id_,) in index.execute(f"SELECT id FROM facts WHERE key = ? AND {chosen}", [key, *values])  # noqa: S608
        ]


def count_months(keys: Sequence[str], *, scope: Scope, zone: ZoneInfo) -> dict[date, int]:
    """How many facts each month of the zone holds, the newest first; what came just now may lack."""
    if not path_of(open_engine(settings.HOME).home).exists():
        return {}
    within, units = within_units(scope)
    query = (
        f"SELECT moment FROM facts WHERE key = ? AND kind <> '{PROMISE}' AND kind NOT LIKE '{ISSUE}%'{within}"  # noqa: S608
    )
    with read_index(open_engine(settings.HOME).home) as index:
        found = (one for key in keys for (one,) in index.execute(query, [key, *units]))
        moments = np.sort(np.fromiter(found, dtype=np.int64))
    return _by_month(moments, zone=zone)


def _by_month(moments: npt.NDArray[np.int64], *, zone: ZoneInfo) -> dict[date, int]:
    """Counted from month to month, for asking each moment its month takes longer than the page."""
    counted: dict[date, int] = {}
    at = 0
    while at < len(moments):
        first = (_START + int(moments[at]) * _MICROSECOND).astimezone(zone)
        month = date(first.year, first.month, 1)
        after = (month + timedelta(days=31)).replace(day=1)
        end = datetime(after.year, after.month, 1, tzinfo=zone) - _START
        until = int(np.searchsorted(moments, round(end / _MICROSECOND)))
        counted[month] = until - at
        at = until
    return dict(sorted(counted.items(), reverse=True))


def count_alike(keys: Sequence[str], *, issues: Iterable[str], scope: Scope) -> dict[str, list[datetime]]:
    """The times of the contacts about each matter, the oldest first."""
    found: dict[str, list[datetime]] = {issue: [] for issue in issues}
    if not path_of(open_engine(settings.HOME).home).exists():
        return found
    within, units = within_units(scope)
    query = f"SELECT moment FROM facts WHERE key = ? AND kind = ?{within}"  # noqa: S608
    with read_index(open_engine(settings.HOME).home) as index:
        for issue, times in found.items():
            for key in keys:
                rows = index.execute(query, [key, ISSUE + issue, *units])
                times += [_START + moment * _MICROSECOND for (moment,) in rows]
            times.sort()
    return found


def find_since(keys: Sequence[str], *, scope: Scope, before: datetime | None, n: int) -> datetime | None:
    """Since when there are at least `n` facts before `before`; None where there are fewer, or no index."""
    if not path_of(open_engine(settings.HOME).home).exists():
        return None
    within, units = within_units(scope)
    query = (
        f"SELECT moment FROM facts WHERE key = ? AND kind = ? AND moment < ?{within}"  # noqa: S608 - own parts
        " ORDER BY moment DESC LIMIT ?"
    )
    end = round(((before or _END) - _START) / _MICROSECOND)
    moments: list[int] = []
    with read_index(open_engine(settings.HOME).home) as index:
        for key in keys:
            for kind in _kinds_of(index, key=key):
                moments += [one for (one,) in index.execute(query, [key, kind, end, *units, n + _SPARE])]
    moments.sort(reverse=True)
    return _START + moments[n + _SPARE - 1] * _MICROSECOND if len(moments) >= n + _SPARE else None


def _kinds_of(index: sqlite3.Connection, *, key: str) -> Iterator[str]:
    """The kinds of facts of a key, from one to the next: looking through all facts takes longer."""
    kind = ""
    after = "SELECT min(kind) FROM facts WHERE key = ? AND kind > ?"
    while kind := index.execute(after, [key, kind]).fetchone()[0] or "":
        if kind.startswith(ISSUE):
            kind = ISSUE + "\U0010ffff"
        elif kind != PROMISE:
            yield kind


def _pick(ask_for: TimelineAsk, *, kinds: Sequence[str], excluded: bool) -> list[_Fact]:
    """The newest facts before the page's end; all of them where words are searched."""
    chosen, values = _of_kinds(kinds, excluded=excluded)
    within, units = within_units(ask_for.scope)
    query = f"SELECT id, day, moment FROM facts WHERE key = ? AND {chosen}{within}"  # noqa: S608
    given: list[object] = [*values, *units]
    if ask_for.before is not None:
        query += " AND moment < ?"
        given.append(round((ask_for.before - _START) / _MICROSECOND))
    if ask_for.since is not None:
        query += " AND moment >= ?"
        given.append(round((ask_for.since - _START) / _MICROSECOND))
    if not ask_for.text:
        query += " ORDER BY moment DESC LIMIT ?"
        given.append(ask_for.limit + _SPARE)
    rows: list[tuple[str, int, int]] = []
    with read_index(open_engine(settings.HOME).home) as index:
        for key in ask_for.keys:
            rows += index.execute(query, [key, *given]).fetchall()
    rows.sort(key=lambda row: row[2], reverse=True)
    wanted = rows if ask_for.text else rows[: ask_for.limit + _SPARE]
    return [_Fact(id=id_, day=EPOCH + timedelta(days=day)) for id_, day, _ in wanted]


def _of_kinds(kinds: Sequence[str], *, excluded: bool) -> tuple[str, list[object]]:
    marks = ", ".join("?" for _ in kinds)
    if not excluded:
        return f"kind IN ({marks})", list(kinds)
    return f"kind NOT IN ({marks}) AND kind NOT LIKE '{ISSUE}%'", list(kinds)


def within_units(scope: Scope) -> tuple[str, list[object]]:
    """SQL of the index that holds for what may be seen, with its values."""
    units = units_of(scope)
    if scope.unit_ids is None:
        return "", []
    return f" AND unit_id IN ({', '.join('?' for _ in units) or 'NULL'})", list(units)


def fresh_days(*tables: str) -> set[date] | None:
    """Days with files of these tables that the index has not taken in; None where it is not ready."""
    engine = open_engine(settings.HOME)
    if not path_of(engine.home).exists():
        return None
    with read_index(engine.home) as index:
        files = [uri for table in tables for uri in _files(engine, table)]
        seen = (index.execute("PRAGMA application_id").fetchone()[0], hash(tuple(files)))
        if _complete.get(tables) == seen:
            return set()
        marks = ", ".join("?" for _ in tables)
        rows = index.execute(f"SELECT uri FROM files WHERE lake_table IN ({marks})", tables)  # noqa: S608
        known = {uri for (uri,) in rows}
    days = {day_of(uri) for uri in files if uri not in known}
    if not days:
        _complete[tables] = seen
    if len(days) > _MOST_FRESH_DAYS or "" in days:
        return None
    return {date.fromisoformat(day) for day in days}


def _files(engine: Engine, table: str) -> list[str]:
    """The files of a table; none if it is not there yet: a home that was upgraded, before its first fact."""
    try:
        return engine.lake.files(table)
    except NotFound:
        return []
