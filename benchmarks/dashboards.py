"""The board's doors over ten million facts against the same answers from a bare DuckDB.

`python -m benchmarks.dashboards [--facts N] [--rounds N] [--folder DIR]`; a folder is filled once and
used again. Both sides read the same files with the same number of threads, in turns.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import cast

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.dashboard_bare import STATEMENTS
from benchmarks.dashboard_facts import LAST_DAY, each_day
from zhiyin.engine.lake import DeltaLake
from zhiyin.insight import queries
from zhiyin.insight.queries.aspects import get_mentions
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.facts import FEEDBACK, OPINIONS
from zhiyin.people.scope import EVERYTHING

N_FACTS = 10_000_000
N_ROUNDS = 9
N_THREADS = 2
DAYS_A_COMMIT = 20

Connection = duckdb.DuckDBPyConnection
Door = Callable[[Connection], object]


def measure(
    *, n_facts: int = N_FACTS, n_rounds: int = N_ROUNDS, folder: Path | None = None
) -> dict[str, float]:
    """Milliseconds a door (p50, p95) for a month and for all time, ratios to bare DuckDB, peak memory."""
    with tempfile.TemporaryDirectory(prefix="dashboards-") as made:
        lake = fill(folder or Path(made), n_facts=n_facts)
        figures: dict[str, float] = {}
        end = datetime.combine(LAST_DAY, datetime.min.time(), tzinfo=UTC) + timedelta(days=1)
        for name, wanted in {
            "month": VoiceFilter(since=end - timedelta(days=30), until=end),
            "all": VoiceFilter(),
        }.items():
            found = measure_period(lake, wanted=wanted, n_rounds=n_rounds)
            figures |= {f"{name}_{key}": value for key, value in found.items()}
        figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return figures


def fill(folder: Path, *, n_facts: int) -> DeltaLake:
    """The lake of the folder, with the facts unless they are there."""
    lake = DeltaLake(folder, n_threads=N_THREADS)
    lake.create(FEEDBACK)
    lake.create(OPINIONS)
    if lake.files("feedback"):
        return lake
    generated = each_day(n_facts=n_facts)
    while chunk := list(islice(generated, DAYS_A_COMMIT)):
        lake.append("feedback", pa.concat_tables(feedback for _, feedback, _ in chunk))
        lake.append("opinions", pa.concat_tables(opinions for _, _, opinions in chunk))
    return lake


def doors(wanted: VoiceFilter, *, connection: Connection) -> dict[str, Door]:
    """What the board asks, door by door; what one door needs of another is asked beforehand."""
    n = queries.get_overview(connection, scope=EVERYTHING, filter=wanted).voices.n
    mentions = get_mentions(connection, scope=EVERYTHING, filter=wanted)
    common = {"scope": EVERYTHING, "filter": wanted}
    named = {
        kind: partial(queries.list_named, **common, kind=kind, n_voices=n)
        for kind in ("signals", "intents", "emotions", "needs_unmet")
    }
    return {
        "overview": partial(queries.get_overview, **common),
        "mentions": partial(get_mentions, **common),
        "aspects": partial(queries.list_aspects, **common, n_voices=n, mentions=mentions),
        "units": partial(queries.get_units, **common, aspects=mentions.now),
        "waits": partial(queries.get_waits, **common, n_voices=n),
        **named,
        "urgent": partial(queries.get_urgent, **common),
    }


def bare_doors(wanted: VoiceFilter) -> dict[str, Door]:
    """The hand-written statements for the same period."""
    pieces = {"time": "TRUE", "time_both": "TRUE", "is_now": "TRUE"}
    if wanted.since and wanted.until and wanted.before_since:
        since, until, before = (
            f"TIMESTAMPTZ '{moment:%Y-%m-%d %H:%M:%S}+00'"
            for moment in (wanted.since, wanted.until, wanted.before_since)
        )
        pieces = {
            "time": f"day >= DATE '{wanted.since:%Y-%m-%d}'"
            f" AND occurred_at >= {since} AND occurred_at < {until}",
            "time_both": f"day >= DATE '{wanted.before_since:%Y-%m-%d}'"
            f" AND occurred_at >= {before} AND occurred_at < {until}",
            "is_now": f"occurred_at >= {since}",
        }

    def run(connection: Connection, *, texts: tuple[str, ...]) -> None:
        for text in texts:
            connection.execute(text.format(**pieces)).to_arrow_table()

    return {name: partial(run, texts=texts) for name, texts in STATEMENTS.items()}


def measure_period(lake: DeltaLake, *, wanted: VoiceFilter, n_rounds: int) -> dict[str, float]:
    """Both sides of every door in turns, after one round that only warms the files."""
    with lake.connect("feedback", "opinions") as connection, _bare(lake) as bare:
        ours = cast("Connection", TimedConnection(connection))
        sides, bare_sides = doors(wanted, connection=ours), bare_doors(wanted)
        taken: dict[str, list[float]] = {}
        for number in range(n_rounds + 1):
            if number == 1:
                taken.clear()
                cast("TimedConnection", ours).times.clear()
            for name, door in sides.items():
                taken.setdefault(name, []).append(_milliseconds(door, ours))
                taken.setdefault(f"{name}_bare", []).append(_milliseconds(bare_sides[name], bare))
        each = cast("TimedConnection", ours).times
        return _figures(taken, names=list(sides)) | _statement_figures(each)


def _figures(taken: dict[str, list[float]], *, names: list[str]) -> dict[str, float]:
    p50 = {name: float(np.median(times)) for name, times in taken.items()}
    figures: dict[str, float] = {}
    for name in names:
        figures |= {
            f"{name}_p50_ms": p50[name],
            f"{name}_p95_ms": float(np.quantile(taken[name], 0.95)),
            f"{name}_bare_p50_ms": p50[f"{name}_bare"],
            f"{name}_ratio": p50[name] / p50[f"{name}_bare"],
        }
    total, bare_total = sum(p50[name] for name in names), sum(p50[f"{name}_bare"] for name in names)
    worst = max(figures[f"{name}_ratio"] for name in names)
    return figures | {"board_p50_ms": total, "board_ratio": total / bare_total, "worst_ratio": worst}


def _statement_figures(each: dict[str, list[float]]) -> dict[str, float]:
    """The slowest single statement, and how many milliseconds it takes in 95 of 100 runs."""
    return {"slowest_statement_p95_ms": max(float(np.quantile(times, 0.95)) for times in each.values())}


@contextmanager
def _bare(lake: DeltaLake) -> Iterator[Connection]:
    with duckdb.connect(config={"threads": N_THREADS}) as connection:
        for table in ("feedback", "opinions"):
            # A view cannot take a parameter; the paths are our own.
            connection.execute(
                f"CREATE VIEW {table} AS"
                f" SELECT * FROM read_parquet({lake.files(table)!r}, hive_partitioning = true)"
            )
        yield connection


class TimedConnection:
    """A connection that notes how long each statement of the board takes, by its first line."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.times: dict[str, list[float]] = {}

    def execute(self, sql: str, parameters: object = None) -> TimedConnection:
        """Run and note."""
        start = time.perf_counter()
        self._connection.execute(sql, parameters)
        name = sql.partition("\n")[0].removeprefix("-- ")
        self.times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        return self

    def to_arrow_table(self) -> pa.Table:
        """What the last statement found."""
        return self._connection.to_arrow_table()


def _milliseconds(door: Door, connection: Connection) -> float:
    start = time.perf_counter()
    door(connection)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=N_FACTS)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    figures = measure(n_facts=asked.facts, n_rounds=asked.rounds, folder=asked.folder)
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
