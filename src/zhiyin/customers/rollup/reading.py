"""The roll-up as views of DuckDB, in the scope of the asker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from zhiyin.customers.rollup import statements
from zhiyin.customers.rollup.folder import Making, find_making, path_of
from zhiyin.customers.rollup.making import borders_in_sql
from zhiyin.customers.rollup.schema import AGES, CUSTOMERS, FACTS, FILES, KEYS, nothing
from zhiyin.engine import Engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import TableSpec
from zhiyin.listen.records.tables import PURCHASES
from zhiyin.people.scope import EVERYTHING, Scope

_A_DAY = 86_400


@contextmanager
def connect_rollup(
    engine: Engine, *, scope: Scope, now: datetime | None = None, table: TableSpec = PURCHASES
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the views of `register_rollup`, and that of one table of the lake."""
    # A connection of the lake needs a table; naming one costs a few microseconds.
    if table.name not in engine.lake.tables():
        engine.lake.create(table)
    with closing(engine.lake.connect(table.name)) as connection:
        register_rollup(connection, home=engine.home, scope=scope, now=now)
        yield connection


def register_rollup(
    connection: duckdb.DuckDBPyConnection,
    *,
    home: Home,
    scope: Scope = EVERYTHING,
    now: datetime | None = None,
) -> Making | None:
    """Make the views of the current roll-up, as far as the scope sees; None, and no rows, before the first.

    `customers` has the columns of `schema.CUSTOMERS` and `schema.AGES` (days before `now`, by default
    this moment), of customers with at least one unit in scope and of their facts there alone; the
    borders of RFM are those of the whole company. `customer_numbers` has key and number; `fact_voices`,
    `fact_opinions` and so on are the facts of `schema.FACTS`. Products owned that name no unit are seen
    with their customer.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    if not isinstance(scope, Scope):
        raise TypeError("A question about customers needs the Scope of the asker.")
    making = find_making(home)
    moment = now or datetime.now(UTC)
    if making is None:
        for name in FACTS:
            _view(connection, f"fact_{name}", nothing(FACTS[name]))
        _view(connection, "customer_numbers", nothing(KEYS))
        _view(connection, "customers", _with_ages(nothing(CUSTOMERS), moment))
        return None
    for name in FACTS:
        _view(connection, f"fact_{name}", _facts(home, making, name, scope=scope))
    _view(connection, "customer_numbers", _all(path_of(home, making, "keys")))
    _view(connection, "customers", _with_ages(_customers(home, making, scope=scope), moment))
    return making


def _facts(home: Home, making: Making, name: str, *, scope: Scope) -> str:
    sql = _all(path_of(home, making, name))
    if scope.unit_ids is None:
        return sql
    seen = sorted(scope.unit_ids | ({0} if name == "owned" else set()))
    return f"{sql} WHERE unit_id IN ({_members(seen)})"


def _customers(home: Home, making: Making, *, scope: Scope) -> str:
    everybody = _all(path_of(home, making, "customers"))
    if scope.unit_ids is None:
        return everybody
    units = f"{_all(path_of(home, making, 'units'))} WHERE unit_id IN ({_members(sorted(scope.unit_ids))})"
    borders = borders_in_sql([*making.recency], [*making.frequency], [*making.money])
    columns = ", ".join(
        f"{'everybody' if name in ('customer', 'traits') else 'made'}.{name}" for name in CUSTOMERS
    )
    return (
        f"SELECT {columns} FROM ({statements.customers(units, borders=borders)}) AS made"  # noqa: S608
        f" JOIN ({everybody}) AS everybody USING (number)"
    )


def _with_ages(sql: str, now: datetime) -> str:
    seconds = now.timestamp()
    ages = "".join(
        f", CAST(floor(({seconds!r} - epoch({column})) / {_A_DAY}) AS BIGINT) AS {name}"
        for name, column in AGES.items()
    )
    return f"SELECT *{ages} FROM ({sql})"  # noqa: S608 - own names


def _all(path: Path) -> str:
    columns = ", ".join(FILES[path.stem])
    return f"SELECT {columns} FROM read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"  # noqa: S608


def _members(unit_ids: list[int]) -> str:
    return ", ".join(str(int(unit_id)) for unit_id in unit_ids) or "NULL"


def _view(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")
