"""The lake against a bare Delta write and a bare DuckDB over the same files."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake

from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import TableSpec, Transaction

ROWS_A_COMMIT = 20_000
N_COMMITS = 15
N_DAYS = 60
ROWS_A_DAY = 25_000
N_ROUNDS = 12
QUERIES = {
    "days": "SELECT day, count(*), avg(stars) FROM facts GROUP BY day ORDER BY day",
    "units": "SELECT unit_id, count(*), avg(stars) FROM facts GROUP BY unit_id ORDER BY 2 DESC LIMIT 20",
    "month": "SELECT channel, polarity, count(*) FROM facts WHERE day >= DATE '2026-02-01' GROUP BY ALL",
}
SPEC = TableSpec(
    name="facts",
    schema=pa.schema(
        [
            ("feedback_id", pa.string()),
            ("unit_id", pa.int64()),
            ("occurred_at", pa.timestamp("us", tz="UTC")),
            ("channel", pa.string()),
            ("aspect", pa.string()),
            ("polarity", pa.string()),
            ("stars", pa.float64()),
            ("text", pa.string()),
            ("day", pa.date32()),
        ]
    ),
    sort_by=("occurred_at",),
)


def measure() -> dict[str, float]:
    """Rows a second appended, milliseconds a query, each with its ratio to the bare form of the same run."""
    with tempfile.TemporaryDirectory(prefix="lake-") as folder:
        return measure_appends(Path(folder, "appends")) | measure_queries(Path(folder, "queries"))


def measure_appends(folder: Path) -> dict[str, float]:
    """Commits of both in turns; ours sorts, checks the transaction and brings all to the disk besides."""
    seconds: dict[str, list[float]] = {"ours": [], "bare": []}
    with closing(DeltaLake(folder)) as lake:
        lake.create(SPEC)
        bare = DeltaTable.create(str(folder / "bare"), schema=SPEC.schema, partition_by=["day"])
        properties = WriterProperties(compression="ZSTD", compression_level=1)
        for number in range(N_COMMITS):
            rows = make_rows(ROWS_A_COMMIT, day=date(2026, 1, 1), seed=number)
            transaction = Transaction(app_id="benchmark", version=number)
            seconds["bare"].append(
                _time(lambda: write_deltalake(bare, rows, mode="append", writer_properties=properties))  # noqa: B023
            )
            seconds["ours"].append(_time(lambda: lake.append("facts", rows, transaction=transaction)))  # noqa: B023
    ours, plain = (statistics.median(seconds[name]) for name in ("ours", "bare"))
    return {
        "append_rows_a_second": round(ROWS_A_COMMIT / ours),
        "append_bare_rows_a_second": round(ROWS_A_COMMIT / plain),
        "append_ratio": round(plain / ours, 2),
    }


def measure_queries(folder: Path) -> dict[str, float]:
    """Opening and querying a lake of 60 days; the bare form queries the same files, already open."""
    results: dict[str, float] = {}
    with closing(DeltaLake(folder)) as lake:
        lake.create(SPEC)
        for number in range(N_DAYS):
            rows = make_rows(ROWS_A_DAY, day=date(2026, 1, 1) + timedelta(days=number), seed=number)
            lake.append("facts", rows)
        bare = duckdb.connect(":memory:")
        files = ", ".join(f"'{file}'" for file in lake.files("facts"))
        bare.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet([{files}], hive_partitioning = true)")
        opening = sorted(_time(lambda: lake.connect("facts").close()) for _ in range(N_ROUNDS))
        results["open_ms"] = round(opening[len(opening) // 2] * 1000, 2)
        for name, query in QUERIES.items():
            results |= _compare(lake, bare, name, query)
        bare.close()
    return results


def _compare(lake: DeltaLake, bare: duckdb.DuckDBPyConnection, name: str, query: str) -> dict[str, float]:
    def ask_ours() -> None:
        with lake.connect("facts") as connection:
            connection.execute(query).fetchall()

    def ask_bare() -> None:
        bare.execute(query).fetchall()

    seconds: dict[Callable[[], None], list[float]] = {ask_ours: [], ask_bare: []}
    for number in range(N_ROUNDS + 1):
        # Each goes first in every other round; the first round only warms the files.
        for ask in (ask_ours, ask_bare) if number % 2 else (ask_bare, ask_ours):
            seconds[ask].append(_time(ask))
    ours, plain = (statistics.median(seconds[ask][1:]) for ask in (ask_ours, ask_bare))
    return {
        f"query_{name}_ms": round(ours * 1000, 1),
        f"query_{name}_bare_ms": round(plain * 1000, 1),
        f"query_{name}_ratio": round(ours / plain, 2),
    }


def make_rows(n: int, *, day: date, seed: int) -> pa.Table:
    """Rows of one day with skewed units, few channels and short texts."""
    chance = np.random.default_rng(seed)
    at = np.datetime64(day, "us") + chance.integers(0, 86_400_000_000, n).astype("timedelta64[us]")
    return pa.table(
        {
            "feedback_id": [f"{seed:08x}-{number:08x}" for number in range(n)],
            "unit_id": np.minimum(chance.geometric(0.01, n), 300),
            "occurred_at": pa.array(at).cast(pa.timestamp("us", tz="UTC")),
            "channel": pa.array(["review", "chat", "call", "survey"]).take(chance.integers(0, 4, n)),
            "aspect": pa.array([f"aspect_{i}" for i in range(18)]).take(chance.integers(0, 18, n)),
            "polarity": pa.array(["positive", "neutral", "negative"]).take(chance.integers(0, 3, n)),
            "stars": chance.integers(1, 6, n).astype(float),
            "text": [f"等了{number % 97}分钟才上菜，味道还可以" for number in range(n)],
            "day": pa.array([day] * n, pa.date32()),
        },
        schema=SPEC.schema,
    )


def _time(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
