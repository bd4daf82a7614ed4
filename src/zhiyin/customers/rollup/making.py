"""Makes the roll-up: everything anew, in one pass over the lake, put in force in one moment."""

from __future__ import annotations

import hashlib
import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from django.db.models import Count, Max

from zhiyin.customers.linking.mapping import register_mapping
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.rollup import statements
from zhiyin.customers.rollup.folder import Making, find_making, making_turn, put_in_force, start_folder
from zhiyin.customers.rollup.people import read_seats
from zhiyin.customers.rollup.schema import FACTS, LAYOUT, Columns, nothing
from zhiyin.engine import Engine
from zhiyin.people.models import OrgUnit

_TRAITS = "customer_traits"
_TABLES = tuple(dict.fromkeys((*(source[0] for source in statements.SOURCES.values()), "opinions", _TRAITS)))
_COMPETITOR_KIND = "competitor"


def make_rollup(engine: Engine, *, now: datetime | None = None, drops_old: bool = False) -> Making:
    """Make the roll-up anew if facts, links or the day changed since; returns the current one.

    `drops_old`: make it in any case, and leave nothing of older ones, not even for who reads them now.

    Raises:
        Unavailable: the lake does not answer. The one before stays in force.
    """
    now = now or datetime.now(UTC)
    with making_turn(engine.home):
        stamp = stamp_of(engine, now=now)
        last = find_making(engine.home)
        if last is not None and last.stamp == stamp and not drops_old:
            return last
        folder = start_folder(engine.home)
        try:
            making = _make(engine, folder, stamp=stamp, now=now)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        put_in_force(engine.home, making, keeps_last=not drops_old)
    return making


def stamp_of(engine: Engine, *, now: datetime) -> str:
    """What the roll-up would be made of now: files of the lake, identities, units, the day. Milliseconds."""
    lake = engine.lake
    present = set(lake.tables())
    files = [uri for name in _TABLES if name in present for uri in lake.files(name)]
    people = Identity.objects.aggregate(last=Max("changed_at"), n=Count("pk"))
    seats = IdentityUnit.objects.aggregate(last=Max("pk"), n=Count("pk"))
    units = OrgUnit.objects.filter(kind=_COMPETITOR_KIND).aggregate(n=Count("pk"), last=Max("pk"))
    said = repr((sorted(files), people, seats, units, now.date()))
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def _make(engine: Engine, folder: Path, *, stamp: str, now: datetime) -> Making:
    started = time.monotonic()
    lake = engine.lake
    present = [name for name in _TABLES if name in set(lake.tables())]
    schemas = {name: dict.fromkeys(lake.schema(name).names, "") for name in present}
    # Of a lake without any table every view would be asked for; nothing is made of that one.
    with closing(lake.connect(*(present or ()))) as connection:
        register_mapping(connection, home=engine.home)
        _number(connection, folder)
        _write_facts(connection, folder, schemas=schemas)
        connection.execute(statements.TRAITS if _TRAITS in schemas else statements.NO_TRAITS)
        _write_units(connection, folder, now=now)
        borders = _write_customers(connection, folder)
        ((n_customers,),) = connection.execute(
            "SELECT count(*) FROM read_parquet($path)", {"path": _file(folder, "customers")}
        ).fetchall()
    return Making(
        folder=folder.name,
        stamp=stamp,
        made_at=now,
        seconds=round(time.monotonic() - started, 3),
        n_customers=int(n_customers),
        recency=borders[0],
        frequency=borders[1],
        money=borders[2],
        layout=LAYOUT,
    )


def _number(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.execute(statements.NUMBERS)
    _copy(connection, statements.KEYS, _file(folder, "keys"))
    connection.execute(
        f"CREATE TEMP VIEW keys AS SELECT * FROM read_parquet({_quoted(_file(folder, 'keys'))})"  # noqa: S608
    )
    competitors = pa.table({"unit_id": pa.array(_competitor_units(), pa.int64())})
    connection.register("competitor_rows", competitors)
    connection.execute("CREATE TEMP TABLE competitor_units AS SELECT unit_id FROM competitor_rows")
    connection.unregister("competitor_rows")
    read_seats(connection)
    connection.execute(statements.SEATS)
    connection.execute("DROP TABLE seen")


def _competitor_units() -> list[int]:
    """Units of competitors and all below them: their customers are not ours."""
    paths = OrgUnit.objects.filter(kind=_COMPETITOR_KIND).values_list("path", flat=True)
    found: set[int] = set()
    for path in paths:
        found |= set(OrgUnit.objects.filter(path__startswith=path).values_list("pk", flat=True))
    return sorted(found)


def _write_facts(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, schemas: dict[str, dict[str, str]]
) -> None:
    for name in FACTS:
        if name == "opinions":
            is_there = {"opinions", "feedback"} <= schemas.keys()
            sql = statements.opinions() if is_there else nothing(FACTS[name])
        else:
            present: Columns = schemas.get(statements.SOURCES[name][0], {})
            sql = statements.facts(name, present=present)
        _copy(connection, sql, _file(folder, name))


def _write_units(connection: duckdb.DuckDBPyConnection, folder: Path, *, now: datetime) -> None:
    sql = statements.units({name: _file(folder, name).replace("'", "''") for name in FACTS})
    # COPY takes no parameters.
    sql = sql.replace("$now", f"TIMESTAMPTZ '{now.astimezone(UTC).isoformat()}'")
    _copy(connection, sql, _file(folder, "units"))


def _write_customers(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> tuple[list[float], list[float], list[float]]:
    units = _file(folder, "units").replace("'", "''")
    row = connection.execute(statements.BORDERS.format(units=units)).fetchone() or (None, None, None)
    recency, frequency, money = ([float(value) for value in part or ()] for part in row)
    sql = statements.customers(
        f"SELECT * FROM read_parquet('{units}')",  # noqa: S608 - our own path
        borders=borders_in_sql(recency, frequency, money),
    )
    _copy(connection, statements.named(sql), _file(folder, "customers"))
    return recency, frequency, money


def borders_in_sql(recency: list[float], frequency: list[float], money: list[float]) -> dict[str, str]:
    """The borders of the quintiles as lists in SQL, by column."""
    return {
        "rfm_recency": f"CAST({recency} AS DOUBLE[])",
        "rfm_frequency": f"CAST({frequency} AS DOUBLE[])",
        "rfm_money": f"CAST({money} AS DOUBLE[])",
    }


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: str) -> None:
    connection.execute(f"COPY ({sql}) TO {_quoted(path)} (FORMAT PARQUET, COMPRESSION ZSTD)")


def _file(folder: Path, name: str) -> str:
    return str(folder / f"{name}.parquet")


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"
