"""Live counts of segments over a roll-up of five million customers, against bare DuckDB on the same files."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

N_CUSTOMERS = 5_000_000
N_UNITS = 200
NOW = datetime(2026, 11, 20, tzinfo=UTC)
_REPEATS = 5
_BUDGET_SECONDS = 1.0

# Of each customer one voice and one order on average, a few have many; opinions two a voice.
_FACTS = {
    "voices": "CAST(pow(random(), 2) * {n} AS INTEGER) + 1 AS number, CAST(random() * {u} AS BIGINT) + 1"
    " AS unit_id, {at}, 'review_site' AS channel, 'p' || CAST(random() * 40 AS INTEGER) AS product,"
    " 'in_store' AS touchpoint, floor(random() * 5) + 1 AS stars, floor(random() * 11) AS rating,"
    " 10.0 AS rating_scale, CASE WHEN random() < 0.3 THEN 'negative' ELSE 'positive' END AS sentiment,"
    " random() * 2 - 1 AS score, CASE WHEN random() < 0.1 THEN ['complaint'] ELSE [] END AS intents,"
    " 0 AS urgency",
    "opinions": "CAST(pow(random(), 2) * {n} AS INTEGER) + 1 AS number, CAST(random() * {u} AS BIGINT) + 1"
    " AS unit_id, {at}, 'aspect_' || CAST(random() * 30 AS INTEGER) AS aspect,"
    " CASE WHEN random() < 0.3 THEN 'negative' ELSE 'positive' END AS polarity",
    "purchases": "CAST(pow(random(), 2) * {n} AS INTEGER) + 1 AS number, CAST(random() * {u} AS BIGINT) + 1"
    " AS unit_id, {at}, 'o' || i AS order_key, 'p' || CAST(random() * 40 AS INTEGER) AS product,"
    " 'app' AS channel, 1.0 AS quantity, random() * 200 AS amount",
    "contacts": "CAST(random() * {n} AS INTEGER) + 1 AS number, CAST(random() * {u} AS BIGINT) + 1"
    " AS unit_id, {at}, 'phone' AS channel, random() < 0.8 AS is_resolved",
}
_SHARES = {"voices": 1.0, "opinions": 2.0, "purchases": 1.0, "contacts": 0.2}
_AT = (
    "TIMESTAMPTZ '2024-11-20 00:00:00+00'"
    " + INTERVAL (CAST(i * 730.0 / {rows} * 86400 AS BIGINT)) SECOND AS occurred_at"
)


def _make(home: Path, *, n_customers: int) -> float:
    """A roll-up made of invented facts by the product's own statements; seconds that those took."""
    from benchmarks.rolling_up import roll_up
    from zhiyin.customers.rollup.folder import start_folder
    from zhiyin.customers.rollup.schema import FACTS, nothing
    from zhiyin.engine.home import Home

    folder = start_folder(Home(home))
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SELECT setseed(0.5)")
    paths = {name: str(folder / f"{name}.parquet") for name in (*FACTS, "units", "keys", "customers")}

    def copy(sql: str, name: str) -> None:
        connection.execute(f"COPY ({sql}) TO '{paths[name]}' (FORMAT PARQUET, COMPRESSION ZSTD)")

    connection.execute(
        "CREATE TABLE numbers AS SELECT CAST(uuid() AS VARCHAR) AS customer,"
        f" CAST(i + 1 AS INTEGER) AS number FROM range({n_customers}) t(i)"
    )
    copy("SELECT md5(customer) AS key, number FROM numbers", "keys")
    for name in FACTS:
        if name not in _FACTS:
            copy(nothing(FACTS[name]), name)
            continue
        rows = int(n_customers * _SHARES[name])
        columns = _FACTS[name].format(n=n_customers - 1, u=N_UNITS - 1, at=_AT.format(rows=rows))
        copy(f"SELECT {columns} FROM range({rows}) t(i)", name)
    seconds = roll_up(connection, paths, home=Home(home), n_customers=n_customers, now=NOW)
    connection.close()
    return seconds


_SINCE = "TIMESTAMPTZ '2026-10-21 00:00:00+00'"
QUESTIONS: dict[str, tuple[dict[str, object], str]] = {
    "spent 300 in a year": (
        {"is": "figure", "column": "amount_year", "compare": "at_least", "value": 300},
        "SELECT count(*) FROM customers WHERE amount_year >= 300",
    ),
    "spoke badly of an aspect in 30 days": (
        {"is": "spoke", "aspect": "aspect_3", "polarity": "negative", "days": 30},
        "SELECT count(*) FROM customers WHERE number IN (SELECT number FROM opinions"
        f" WHERE aspect = 'aspect_3' AND polarity = 'negative' AND occurred_at >= {_SINCE})",
    ),
    "bought 3 times, ever": (
        {"is": "bought", "n": 3},
        "SELECT count(*) FROM customers WHERE number IN (SELECT number FROM purchases GROUP BY number"
        " HAVING count(DISTINCT order_key) >= 3)",
    ),
    "nested: (negative twice or complained) and spent 200, not contacted": (
        {
            "is": "group",
            "op": "all",
            "parts": [
                {
                    "is": "group",
                    "op": "any",
                    "parts": [
                        {"is": "spoke", "polarity": "negative", "n": 2, "days": 365},
                        {"is": "wrote", "intent": "complaint", "days": 365},
                    ],
                },
                {"is": "figure", "column": "amount_year", "compare": "at_least", "value": 200},
                {"is": "last", "what": "contact", "compare": "at_least", "days": 90, "or_never": True},
            ],
        },
        "SELECT count(*) FROM customers WHERE (number IN (SELECT number FROM opinions WHERE polarity ="
        " 'negative' AND occurred_at >= TIMESTAMPTZ '2025-11-20 00:00:00+00' GROUP BY number HAVING"
        " count(*) >= 2) OR number IN (SELECT number FROM voices WHERE list_contains(intents, 'complaint')"
        " AND occurred_at >= TIMESTAMPTZ '2025-11-20 00:00:00+00')) AND amount_year >= 200 AND"
        " (last_contact_at IS NULL OR last_contact_at <= TIMESTAMPTZ '2026-08-22 00:00:00+00')",
    ),
}


def _median(run: Callable[[], int]) -> tuple[float, int]:
    times, found = [], run()
    for _ in range(_REPEATS):
        started = time.perf_counter()
        found = run()
        times.append(time.perf_counter() - started)
    return statistics.median(times), found


def _measure(home: Path) -> float:
    """Prints a line a question; the slowest median of the product, in seconds."""
    from zhiyin.customers.rollup.folder import find_making, path_of
    from zhiyin.customers.segments.definition import read_definition
    from zhiyin.customers.segments.members import choose, count_chosen, open_customers
    from zhiyin.engine import open_engine
    from zhiyin.engine.home import Home
    from zhiyin.people.scope import EVERYTHING, Scope

    engine = open_engine(Home(home))
    making = find_making(engine.home)
    assert making is not None
    bare = duckdb.connect()
    bare.execute("SET TimeZone = 'UTC'")
    bare.execute("SET parquet_metadata_cache = true")
    for name in ("customers", "voices", "opinions", "purchases"):
        path = path_of(engine.home, making, name)
        bare.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    slowest = 0.0
    some = Scope(unit_ids=frozenset(range(1, 6)))
    for words, (part, sql) in QUESTIONS.items():
        whole = part if part["is"] == "group" else {"is": "group", "op": "all", "parts": [part]}
        definition = read_definition(whole)

        def count(scope: Scope = EVERYTHING, definition=definition) -> int:  # type: ignore[no-untyped-def]
            with open_customers(engine, scope=scope, now=NOW) as connection:
                return count_chosen(connection, choose(definition, now=NOW)).n

        ours, found = _median(count)
        of_bare, wanted = _median(lambda sql=sql: int((bare.execute(sql).fetchone() or (0,))[0]))  # type: ignore[misc]
        assert found == wanted, f"{words}: {found} and {wanted}"
        scoped, n_scoped = _median(lambda: count(some))
        slowest = max(slowest, ours)
        print(
            f"{words}: {found:,} in {ours * 1000:.0f} ms, bare {of_bare * 1000:.0f} ms"
            f" ({ours / of_bare:.2f} x); five of {N_UNITS} units: {n_scoped:,} in {scoped * 1000:.0f} ms",
            flush=True,
        )
    return slowest


def main() -> int:
    """Make, then ask; 1 where a count took more than a second."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segments", description=__doc__)
    parser.add_argument("--customers", type=int, default=N_CUSTOMERS)
    n_customers = parser.parse_args().customers
    with tempfile.TemporaryDirectory(prefix="zhiyin-segments-") as folder:
        os.environ["ZHIYIN_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
        import django

        django.setup()
        started = time.monotonic()
        seconds = _make(Path(folder), n_customers=n_customers)
        print(
            f"{n_customers:,} customers: facts invented and rolled up in {time.monotonic() - started:.0f} s,"
            f" of which rolling up {seconds:.0f} s",
            flush=True,
        )
        slowest = _measure(Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"slowest {slowest * 1000:.0f} ms, budget {_BUDGET_SECONDS * 1000:.0f} ms; peak memory {peak:.0f} MB"
    )
    return int(slowest > _BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
