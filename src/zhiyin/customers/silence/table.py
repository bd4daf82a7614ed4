"""Everybody's silence in one file for each scope: made of the roll-up, read by pages until it is old."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhiyin.customers.rollup import connect_rollup
from zhiyin.customers.rollup.folder import find_making
from zhiyin.customers.silence.features import REASONS, day_of, make_reasons, read_known
from zhiyin.customers.silence.fitting import Fit, make_risk
from zhiyin.engine import Engine
from zhiyin.engine.home import Home
from zhiyin.measure import rhythm as rhythms
from zhiyin.people.scope import Scope

# Made anew at most so often as it takes this many times as long to make.
_REST = 20.0
_KEPT_FILES = 50


def folder_of(home: Home) -> Path:
    """The folder of these files; it may be deleted at any time, and is made again."""
    return home.path / "customers" / "silence"


@contextmanager
def connect_silence(
    engine: Engine, *, scope: Scope, fit: Fit, now: datetime | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `silence`: a row a customer of whom the scope sees a dealing.

    Columns: customer, n_dealings, last_at (the day), silent_days, interval_days, overdue, still (chance to
    be a customer), risk (chance not to come within the fit's horizon), part_… of each reason,
    has_complained_last, last_complaint_at, n_voices, amount_year. Dealings of other units
    count for nothing: to the asker such a customer is silent.
    """
    path = _ensure(engine, scope=scope, fit=fit, now=now or datetime.now(UTC))
    with closing(duckdb.connect()) as connection:
        view = f"CREATE VIEW silence AS SELECT * FROM read_parquet('{_quoted(path)}')"  # noqa: S608 - own path
        connection.execute(view)
        yield connection


def drop_files(home: Home) -> int:
    """Remove what was made, for somebody in it is to be forgotten; returns how many files went."""
    paths = list(folder_of(home).glob("*.parquet"))
    shutil.rmtree(folder_of(home), ignore_errors=True)
    return len(paths)


def _ensure(engine: Engine, *, scope: Scope, fit: Fit, now: datetime) -> Path:
    making = find_making(engine.home)
    units = "all" if scope.unit_ids is None else ",".join(str(one) for one in sorted(scope.unit_ids))
    asked = f"{units}|{day_of(now)}|{fit.r}|{fit.alpha}|{fit.a}|{fit.b}|{fit.intercept}"
    name = hashlib.blake2b(asked.encode(), digest_size=12).hexdigest()
    folder = folder_of(engine.home)
    path, stamp = folder / f"{name}.parquet", folder / f"{name}.stamp"
    made_of = making.stamp if making else ""
    if path.exists() and (_is_of(stamp, made_of) or _is_young(path, stamp)):
        return path
    started = time.monotonic()
    table = _make(engine, scope=scope, fit=fit, now=now)
    folder.mkdir(parents=True, exist_ok=True)
    _write(path, table)
    stamp.write_text(f"{made_of} {time.monotonic() - started:.3f}")
    _tidy(folder, kept=path)
    return path


def _is_of(stamp: Path, made_of: str) -> bool:
    return stamp.exists() and stamp.read_text().split(" ")[0] == made_of


def _is_young(path: Path, stamp: Path) -> bool:
    seconds = float(stamp.read_text().split(" ")[1]) if stamp.exists() else 0.0
    return time.time() - path.stat().st_mtime < _REST * seconds


def _make(engine: Engine, *, scope: Scope, fit: Fit, now: datetime) -> pa.Table:
    with connect_rollup(engine, scope=scope, now=now) as connection:
        known = read_known(connection, day=day_of(now))
    of, rhythm = known.histories, fit.rhythm
    coming = rhythms.will_come(rhythm, of, within_days=fit.horizon_days)
    risk_model, reasons = make_risk(fit), make_reasons(known, will_come=coming)
    parts = np.zeros(reasons.shape) if risk_model is None else risk_model.parts(reasons)
    columns: dict[str, object] = {
        "n_dealings": of.repeats + 1,
        "last_day": known.column("last_day"),
        "silent_days": of.silent_days,
        "interval_days": rhythms.expected_interval(rhythm, of),
        "overdue": rhythms.overdue(rhythm, of),
        "still": rhythms.still_a_customer(rhythm, of),
        "risk": 1 - coming if risk_model is None else risk_model.chances(reasons),
        **{f"part_{name}": parts[:, place] for place, name in enumerate(REASONS)},
    }
    taken = (
        "customer", "has_complained_last", "last_complaint_at", "n_voices", "amount_year",
    )  # fmt: skip
    return pa.table({**{name: known.rows[name] for name in taken}, **columns})


def _write(path: Path, table: pa.Table) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".made-")
    os.close(descriptor)
    pq.write_table(table.sort_by([("overdue", "descending")]), name, compression="zstd")
    Path(name).replace(path)


def _tidy(folder: Path, *, kept: Path) -> None:
    paths = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in paths[_KEPT_FILES:]:
        if path != kept:
            path.unlink(missing_ok=True)
            path.with_suffix(".stamp").unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
