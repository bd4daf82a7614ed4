"""Rolls invented facts up by the product's own statements, for the benchmarks that ask the roll-up."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from zhiyin.customers.rollup import statements
from zhiyin.customers.rollup.folder import Making, put_in_force
from zhiyin.customers.rollup.making import borders_in_sql
from zhiyin.customers.rollup.schema import FACTS, LAYOUT
from zhiyin.engine.home import Home


def roll_up(
    connection: duckdb.DuckDBPyConnection,
    paths: Mapping[str, str],
    *,
    home: Home,
    n_customers: int,
    now: datetime,
) -> float:
    """Makes `units` and `customers` of the files of facts and of the table `numbers`, and puts them in force.

    Every tenth customer was seen at the first unit too. Returns the seconds that it took.
    """

    def copy(sql: str, name: str) -> None:
        connection.execute(f"COPY ({sql}) TO '{paths[name]}' (FORMAT PARQUET, COMPRESSION ZSTD)")

    connection.execute("CREATE TABLE seats AS SELECT number, 1 AS unit_id FROM numbers WHERE number % 10 = 0")
    connection.execute(statements.NO_TRAITS)
    started = time.monotonic()
    facts = {name: paths[name] for name in FACTS}
    copy(statements.units(facts).replace("$now", f"TIMESTAMPTZ '{now.isoformat()}'"), "units")
    row = connection.execute(statements.BORDERS.format(units=paths["units"])).fetchone()
    borders = [[float(value) for value in part or ()] for part in row or ()]
    sql = statements.customers(
        f"SELECT * FROM read_parquet('{paths['units']}')", borders=borders_in_sql(*borders)
    )
    copy(statements.named(sql), "customers")
    seconds = time.monotonic() - started
    making = Making(
        folder=Path(paths["customers"]).parent.name,
        stamp="benchmark",
        made_at=now,
        seconds=seconds,
        n_customers=n_customers,
        recency=borders[0],
        frequency=borders[1],
        money=borders[2],
        layout=LAYOUT,
    )
    put_in_force(home, making)
    return seconds
