"""Copies that stand still while their originals are written: SQLite files and lake tables."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from zhiyin.engine.backup.manifest import TableState
from zhiyin.engine.lake.table import faults


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy by SQLite's online backup; writers go on meanwhile."""
    with (
        closing(sqlite3.connect(source, timeout=30)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        # In steps it would begin anew at each write of another process; all pages at once are one
        # read transaction, which a WAL grants beside writers.
        origin.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")


def read_last_sequence(intake: Path) -> int:
    """Highest sequence that the intake log ever gave."""
    with closing(sqlite3.connect(intake, timeout=30)) as log:
        return int(log.execute("SELECT coalesce(max(sequence), 0) FROM message").fetchone()[0])


def count_messages(intake: Path) -> tuple[int, int]:
    """Messages ever, and those not acknowledged."""
    with closing(sqlite3.connect(intake, timeout=30)) as log:
        query = "SELECT count(*), count(*) FILTER (WHERE state = 0) FROM message"
        n_messages, n_waiting = log.execute(query).fetchone()
        return int(n_messages), int(n_waiting)


def settle_log(intake: Path, sequence: int) -> None:
    """Let a copied log go on above `sequence`, and free what workers held.

    The lake, copied later, may know transactions of messages that came after the log's copy. Were
    their numbers given again, the lake would take new messages for old ones.
    """
    with closing(sqlite3.connect(intake)) as log, log:
        log.execute("UPDATE message SET leased_until_us = 0 WHERE state = 0 AND leased_until_us > 0")
        (last,) = log.execute("SELECT coalesce(max(sequence), 0) FROM message").fetchone()
        if sequence > last:
            log.execute(
                "INSERT INTO message (sequence, message_id, n_items, appended_us, state)"
                " VALUES (?, ?, 0, ?, 2)",
                (sequence, os.urandom(16), int(time.time() * 1e6)),
            )


def copy_table(source: Path, target: Path) -> TableState:
    """Link the active files of one version, and a log that holds just this version."""
    with faults(str(source)):
        delta = DeltaTable(str(source))
        version = delta.version()
        log = target / "_delta_log"
        log.mkdir(parents=True)
        names = [f"{version:020d}.json"]
        if version > 0:
            delta.create_checkpoint()
            names.append(f"{version:020d}.checkpoint.parquet")
        for name in names:
            shutil.copyfile(source / "_delta_log" / name, log / name)
        paths = [unquote(path) for path in pa.table(delta.get_add_actions())["path"].to_pylist()]
        for path in paths:
            _link(source / path, target / path)
    return TableState(name=source.name, version=version, n_files=len(paths), n_rows=count_rows(target, paths))


def count_rows(table: Path, paths: list[str]) -> int:
    """Rows in the files, by their footers."""
    return sum(pq.read_metadata(table / path).num_rows for path in paths)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)  # a file of the lake never changes, and a link outlives its vacuum
    except OSError:
        shutil.copyfile(source, target)
