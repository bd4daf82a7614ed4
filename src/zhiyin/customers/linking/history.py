"""Facts that linking has not seen: whom their keys name, and which orders are whose, read from the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from zhiyin.customers.linking.bare import name_by_key
from zhiyin.customers.linking.mapping import VIEW, register_mapping
from zhiyin.customers.linking.reading import Reading
from zhiyin.customers.linking.taking import take_readings
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.engine import Engine

_PART = 2_000
_KEYS = ("author_key", "customer_key")
_NEEDED = frozenset({"source", "unit_id", "occurred_at", "day"})
_Fact = tuple[str, str | None, str | None, int | None, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A table of facts about people; `order` is its column of the order's key, `rows` which rows count."""

    table: str
    key: str
    order: str
    rows: str


def list_places(engine: Engine) -> list[Place]:
    """Every table whose facts name people, whichever room made it, in order of name."""
    found, lake = [], engine.lake
    for table in sorted(lake.tables()):
        names = lake.schema(table).names
        key = next((name for name in _KEYS if name in names), "")
        if key and {*names} >= _NEEDED:
            order = "order_key" if "order_key" in names else "NULL::VARCHAR"
            rows = "is_current" if "is_current" in names else "TRUE"
            found.append(Place(table=table, key=key, order=order, rows=rows))
    return found


def list_days(place: Place, *, engine: Engine) -> list[tuple[date, int]]:
    """The days of a table with how many facts name somebody, the oldest first."""
    if not engine.lake.files(place.table):
        return []
    query = (
        f"SELECT day, count(*) FROM {place.table}"  # noqa: S608 - names of tables of ours
        f" WHERE {place.key} IS NOT NULL AND {place.rows} GROUP BY day ORDER BY day"
    )
    with engine.lake.connect(place.table) as connection:
        found: list[tuple[date, int]] = connection.execute(query).fetchall()
    return found


def link_day(place: Place, *, day: date, engine: Engine) -> None:
    """Take in whom the facts of a day name; done again, it changes nothing.

    Read and written in one turn: whoever is erased meanwhile is erased after it, and none returns.
    """
    after = ""
    while True:
        with linking_turn():
            facts = _read(place, day=day, after=after, engine=engine)
            if not facts:
                return
            take_readings([_reading(fact) for fact in facts], vault=engine.vault, is_told_again=True)
        after = facts[-1][0]


def has_unlinked(engine: Engine) -> bool:
    """Whether facts name anybody whom linking does not know. An order by itself is nobody."""
    places = [place for place in list_places(engine) if engine.lake.files(place.table)]
    for place in places:
        with engine.lake.connect(place.table) as connection:
            register_mapping(connection, home=engine.home)
            if _finds_one(connection, place):
                return True
    return False


def _finds_one(connection: duckdb.DuckDBPyConnection, place: Place) -> bool:
    query = (
        f"SELECT 1 FROM (SELECT DISTINCT {place.key} AS key FROM {place.table}"  # noqa: S608
        f" WHERE {place.rows} AND {place.key} IS DISTINCT FROM {place.order} AND {place.key} IS NOT NULL)"
        f" ANTI JOIN {VIEW} USING (key) LIMIT 1"
    )
    return connection.execute(query).fetchone() is not None


def _read(place: Place, *, day: date, after: str, engine: Engine) -> Sequence[_Fact]:
    """Facts of the next people of the day, one for each moment, in the order of their keys."""
    where = f"day = $day AND {place.rows}"
    query = (
        f"WITH wanted AS (SELECT DISTINCT {place.key} AS key FROM {place.table}"  # noqa: S608
        f" WHERE {where} AND {place.key} > $after ORDER BY key LIMIT {_PART})"
        f" SELECT DISTINCT wanted.key, {place.order}, source, unit_id, occurred_at FROM {place.table}"
        f" JOIN wanted ON wanted.key = {place.key} WHERE {where} ORDER BY ALL"
    )
    with engine.lake.connect(place.table) as connection:
        found: list[_Fact] = connection.execute(query, {"day": day, "after": after}).fetchall()
    return found


def _reading(fact: _Fact) -> Reading:
    key, order_key, source, unit_id, at = fact
    named = [name_by_key(key, is_order=key == order_key)]
    if order_key and order_key != key:
        named.append(name_by_key(order_key, is_order=True))
    return Reading(
        named=named,
        source=(source or "")[:200],
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        unit_id=unit_id or 0,
    )
