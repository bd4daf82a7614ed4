"""Silent customers: fit, back-test and score of a million, against plainer rules and against `lifetimes`.

The customers come and leave as the model says, by known parameters. Baselines in the same run: days since
the last dealing (order by area under the curve), the mean interval in bare DuckDB (speed of scoring), and,
where it is installed, the `ModifiedBetaGeoFitter` of the package lifetimes (fitting, the same histories).
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if TYPE_CHECKING:
    from zhiyin.customers.silence.fitting import Fit
    from zhiyin.engine import Engine

N_CUSTOMERS = 1_000_000
NOW = datetime(2026, 11, 20, tzinfo=UTC)
TRUTH = {"r": 0.9, "alpha": 40.0, "a": 0.8, "b": 3.0}
_DAYS = 730
_SEED = 20_261_122
_BUDGET_SECONDS = 120.0
_N_FITTED = 50_000

_MEAN_INTERVAL = """
WITH dealings AS (
    SELECT DISTINCT number, CAST(floor(epoch(occurred_at) / 86400) AS INTEGER) AS day FROM fact_purchases
)
SELECT number, {today} - max(day) AS silent, (max(day) - min(day)) / nullif(count(*) - 1, 0) AS usual
FROM dealings GROUP BY number
"""


def invent(n_customers: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The number of who dealt, and how many days before now, of every dealing."""
    random = np.random.default_rng(_SEED)
    rate = random.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n_customers)
    leaves = random.beta(TRUTH["a"], TRUTH["b"], n_customers)
    who = np.arange(1, n_customers + 1, dtype=np.int32)
    left = random.uniform(30, _DAYS, n_customers)
    numbers, ages = [], []
    while len(who):
        numbers.append(who)
        ages.append(left)
        left = left - random.exponential(1 / rate)
        stays = (left > 0) & (random.random(len(who)) >= leaves)
        who, left, rate, leaves = who[stays], left[stays], rate[stays], leaves[stays]
    return np.concatenate(numbers), np.concatenate(ages)


def _make(home: Path, *, n_customers: int) -> int:
    """The roll-up of invented purchases; how many there are."""
    from benchmarks.rolling_up import roll_up
    from zhiyin.customers.rollup.folder import start_folder
    from zhiyin.customers.rollup.schema import FACTS, nothing
    from zhiyin.engine.home import Home

    number, age = invent(n_customers)
    at = np.datetime64(NOW.replace(tzinfo=None), "us") - (age * 86_400e6).astype("timedelta64[us]")
    folder = start_folder(Home(home))
    paths = {name: str(folder / f"{name}.parquet") for name in (*FACTS, "units", "keys", "customers")}
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("dealt", pa.table({"number": number, "moment": at}))
    connection.execute(
        "CREATE TABLE numbers AS SELECT CAST(uuid() AS VARCHAR) AS customer,"
        f" CAST(i + 1 AS INTEGER) AS number FROM range({n_customers}) t(i)"
    )
    bought = (
        "SELECT number, CAST(number % 200 + 1 AS BIGINT) AS unit_id,"
        " CAST(moment AS TIMESTAMPTZ) AS occurred_at,"
        " 'o' || row_number() OVER () AS order_key, 'p' AS product, 'app' AS channel, 1.0 AS quantity,"
        " 30.0 + number % 70 AS amount FROM dealt ORDER BY occurred_at"
    )
    made = {"keys": "SELECT md5(customer) AS key, number FROM numbers", "purchases": bought}
    for name in ("keys", *FACTS):
        sql = made.get(name) or nothing(FACTS[name])
        connection.execute(f"COPY ({sql}) TO '{paths[name]}' (FORMAT PARQUET, COMPRESSION ZSTD)")
    roll_up(connection, paths, home=Home(home), n_customers=n_customers, now=NOW)
    connection.close()
    return len(number)


def _timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _fit(engine: Engine) -> tuple[Fit, float]:
    from zhiyin.customers.silence.fitting import find_fit, fit_silence

    seconds = _timed(lambda: fit_silence(engine, now=NOW))
    fit = find_fit()
    assert fit is not None
    assert fit.back_test is not None
    told = ", ".join(f"{name} {getattr(fit, name):.3f} ({value})" for name, value in TRUTH.items())
    print(f"fit and back-test: {seconds:.1f} s; found (planted): {told}", flush=True)
    tried = fit.back_test
    areas = [one.value or 0.0 for one in (tried.rhythm_area, tried.days_alone_area, tried.gain)]
    print(
        f"{tried.n:,} tried on {tried.days} days held back: area {areas[0]:.4f}, by days since the last"
        f" dealing alone {areas[1]:.4f}, gain {areas[2]:+.4f}",
        flush=True,
    )
    return fit, seconds


def _score(engine: Engine, fit: Fit) -> float:
    from zhiyin.customers.rollup import connect_rollup
    from zhiyin.customers.silence.queries import count_kinds, list_silent
    from zhiyin.customers.silence.table import connect_silence
    from zhiyin.people.scope import EVERYTHING

    def ask() -> object:
        with connect_silence(engine, scope=EVERYTHING, fit=fit, now=NOW) as connection:
            list_silent(connection, kind="overdue", least=1.5)
            return count_kinds(connection, least=1.5)

    scored, asked = _timed(ask), min(_timed(ask) for _ in range(5))
    with connect_rollup(engine, scope=EVERYTHING, now=NOW) as connection:
        sql = _MEAN_INTERVAL.format(today=int(NOW.timestamp() // 86_400))
        bare = _timed(lambda: connection.execute(sql).to_arrow_table())
    print(
        f"scored: {scored:.1f} s, its two questions afterwards {asked * 1000:.0f} ms; the mean interval"
        f" in bare DuckDB, without a chance or a reason: {bare:.1f} s",
        flush=True,
    )
    return scored


def _against_lifetimes(engine: Engine) -> None:
    from zhiyin.customers.rollup import connect_rollup
    from zhiyin.customers.silence.features import day_of, read_known
    from zhiyin.measure import rhythm
    from zhiyin.people.scope import EVERYTHING

    with connect_rollup(engine, scope=EVERYTHING, now=NOW) as connection:
        of = read_known(connection, day=day_of(NOW - timedelta(days=1))).histories
    rows = np.column_stack([of.repeats, of.last, of.observed])[:_N_FITTED]
    distinct, times = np.unique(rows, axis=0, return_counts=True)
    ours = _timed(lambda: rhythm.fit_rhythm(rhythm.histories(*distinct.T), n_times=times))
    try:
        fitter = importlib.import_module("lifetimes").ModifiedBetaGeoFitter()
    except ImportError:
        print(f"fit of {len(rows):,} histories: {ours:.2f} s; lifetimes is not installed", flush=True)
        return
    theirs = _timed(lambda: fitter.fit(*distinct.T, weights=times))
    found = ", ".join(f"{name} {value:.3f}" for name, value in fitter.params_.items())
    print(
        f"fit of {len(rows):,} histories ({len(distinct):,} distinct): {ours:.2f} s; lifetimes {theirs:.2f} s"
        f" ({theirs / ours:.1f} x), which finds {found}",
        flush=True,
    )


def main() -> int:
    """Invent, fit, score; 1 where fitting or scoring took more than two minutes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.silence", description=__doc__)
    parser.add_argument("--customers", type=int, default=N_CUSTOMERS)
    n_customers = parser.parse_args().customers
    with tempfile.TemporaryDirectory(prefix="zhiyin-silence-") as folder:
        os.environ["ZHIYIN_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
        import django

        django.setup()
        from django.db import connection as database

        from zhiyin.customers.models import SilenceFit
        from zhiyin.engine import open_engine
        from zhiyin.engine.home import Home

        with database.schema_editor() as editor:
            editor.create_model(SilenceFit)
        started = time.monotonic()
        n_dealings = _make(Path(folder), n_customers=n_customers)
        print(
            f"{n_customers:,} customers, {n_dealings:,} dealings invented and rolled up in"
            f" {time.monotonic() - started:.0f} s",
            flush=True,
        )
        engine = open_engine(Home(Path(folder)))
        fit, fitted = _fit(engine)
        scored = _score(engine, fit)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _against_lifetimes(engine)
        engine.close()
    print(f"budget {_BUDGET_SECONDS:.0f} s each; peak memory {peak:.0f} MB")
    return int(max(fitted, scored) > _BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
