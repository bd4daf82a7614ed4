"""Examines the engine's stores and says what to do; usable alone, without the database."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from zhiyin.engine.door import holds_sealed_items
from zhiyin.engine.home import Home
from zhiyin.engine.lake.table import faults
from zhiyin.engine.vault import Vault, VaultClosed
from zhiyin.errors import ZhiyinError

MAX_LAG_SECONDS = 3600.0
MAX_DELIVERIES = 5
MIN_FREE_BYTES = 1024**3
_ORPHAN_HOURS = 24
_SHOWN = 3

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing examined: what was found, and what to do where it is not well."""

    check: str
    level: Level
    message: str
    next_step: str = ""


def examine_engine(home: Home) -> list[Finding]:
    """Findings on disk, keys, log and lake; changes nothing. Reads every footer of the lake."""
    return [*examine_home(home), *examine_log(home.intake), *examine_lake(home.lake)]


def examine_home(home: Home) -> list[Finding]:
    """Free space, the keys' privacy, leftovers of killed backups."""
    if not home.path.exists():
        return [_ok("home", "The home does not exist yet: nothing is stored.")]
    findings = [_examine_space(home.path)]
    if home.keys.exists() and home.keys.stat().st_mode & 0o077:
        message = "Other users of this machine can read the keys."
        findings.append(_error("keys", message, "Run `chmod -R go= keys` in the home."))
    findings += _examine_keys(home)
    for leftover in sorted(home.path.glob(".backup-*")):
        if time.time() - leftover.stat().st_mtime > _ORPHAN_HOURS * 3600:
            message = f"A killed backup left {leftover.name}."
            findings.append(_warning("backup", message, f"Remove the folder {leftover.name} from the home."))
    return findings


def _examine_keys(home: Home) -> list[Finding]:
    if not holds_sealed_items(home):
        return []
    try:
        Vault.open(home.keys, may_make=False)
    except VaultClosed as error:
        return [_error("keys", error.message, error.next_step)]
    return []


def _examine_space(path: Path) -> Finding:
    n_free = shutil.disk_usage(path).free
    message = f"{n_free / 1024**3:.1f} GiB of the disk are free."
    if n_free < MIN_FREE_BYTES:
        return _warning("disk", message, "Free space before intake stops.")
    return _ok("disk", message)


def examine_log(path: Path) -> list[Finding]:
    """Whether the log is whole, how far behind its reader is, and what no reader can finish."""
    if not path.exists():
        return [_ok("log", "The intake log is empty.")]
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as log:
            (verdict,) = log.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                return [_damaged_log()]
            return [_examine_lag(log), *_examine_deliveries(log), *_examine_bodies(log)]
    except sqlite3.OperationalError as error:
        message = f"The intake log cannot be read ({error})."
        return [_error("log", message, "See that this user may read it.")]
    except sqlite3.DatabaseError:
        return [_damaged_log()]


def _damaged_log() -> Finding:
    return _error("log", "The intake log is damaged.", "Stop, keep a copy of the file, run `zhiyin restore`.")


def _examine_lag(log: sqlite3.Connection) -> Finding:
    n_messages, n_items, oldest_us = log.execute(
        "SELECT count(*), coalesce(sum(n_items), 0), min(appended_us) FROM message WHERE state = 0"
    ).fetchone()
    if not n_messages:
        return _ok("log", "The intake log is whole and nothing waits.")
    seconds = max(0.0, time.time() - oldest_us / 1e6)
    message = f"{n_items} items in {n_messages} messages wait, the oldest for {seconds:.0f} seconds."
    if seconds > MAX_LAG_SECONDS:
        return _warning("log", message, "See that `zhiyin up` or `zhiyin worker` runs, and its output.")
    return _ok("log", message)


def _examine_deliveries(log: sqlite3.Connection) -> list[Finding]:
    rows = log.execute(
        "SELECT sequence FROM message WHERE state = 0 AND n_deliveries >= ? ORDER BY sequence",
        (MAX_DELIVERIES,),
    ).fetchall()
    if not rows:
        return []
    shown = ", ".join(str(sequence) for (sequence,) in rows[:_SHOWN])
    message = f"{len(rows)} messages were taken {MAX_DELIVERIES} times and never finished (such as {shown})."
    return [_warning("log", message, "Look in the worker's output for these numbers.")]


def _examine_bodies(log: sqlite3.Connection) -> list[Finding]:
    (n_lost,) = log.execute(
        "SELECT count(*) FROM message WHERE state = 0"
        " AND NOT EXISTS (SELECT 1 FROM body WHERE body.sequence = message.sequence)"
    ).fetchone()
    if not n_lost:
        return []
    return [_error("log", f"{n_lost} waiting messages have lost their bodies.", "Run `zhiyin restore`.")]


def examine_lake(root: Path) -> list[Finding]:
    """Whether each table opens, and each of its files is there with the rows that its log tells."""
    folders = sorted(log.parent for log in root.glob("*/_delta_log"))
    if not folders:
        return [_ok("lake", "The lake is empty.")]
    return [finding for folder in folders for finding in examine_table(folder)]


def examine_table(folder: Path) -> list[Finding]:
    """Findings on one table."""
    check = f"lake.{folder.name}"
    try:
        with faults(str(folder)):
            delta = DeltaTable(str(folder))
            files = _list_files(delta)
            orphans = delta.vacuum(
                retention_hours=_ORPHAN_HOURS, dry_run=True, enforce_retention_duration=False, full=True
            )
    except ZhiyinError:
        message = f"Table {folder.name} does not open: its log is damaged."
        return [_error(check, message, _way_out(folder.name))]
    findings = _examine_files(check, folder, files)
    if orphans:
        message = f"{len(orphans)} files of table {folder.name} belong to no version."
        findings.append(_warning(check, message, "Upkeep drops them; see that `zhiyin up` runs."))
    return findings


def _list_files(delta: DeltaTable) -> list[tuple[str, int]]:
    actions = pa.table(delta.get_add_actions())
    paths = [unquote(path) for path in actions["path"].to_pylist()]
    return list(zip(paths, actions["num_records"].to_pylist(), strict=True))


def _examine_files(check: str, folder: Path, files: list[tuple[str, int]]) -> list[Finding]:
    broken = [path for path, n_rows in files if not _is_whole(folder / path, n_rows)]
    if broken:
        shown = ", ".join(broken[:_SHOWN])
        message = (
            f"{len(broken)} of {len(files)} files of table {folder.name} are missing or damaged: {shown}."
        )
        return [_error(check, message, _way_out(folder.name))]
    n_rows = sum(n or 0 for _, n in files)
    return [_ok(check, f"Table {folder.name} is whole: {n_rows} rows in {len(files)} files.")]


def _way_out(table: str) -> str:
    """Raw items are what everything else is made of."""
    if table == "raw":
        return "Stop, keep a copy of the folder, run `zhiyin restore`."
    return "Run `zhiyin lake rebuild`."


def _is_whole(path: Path, n_rows: int | None) -> bool:
    try:
        found = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException):
        return False
    return n_rows is None or bool(found == n_rows)


def _ok(check: str, message: str) -> Finding:
    return Finding(check=check, level="ok", message=message)


def _warning(check: str, message: str, next_step: str) -> Finding:
    return Finding(check=check, level="warning", message=message, next_step=next_step)


def _error(check: str, message: str, next_step: str) -> Finding:
    return Finding(check=check, level="error", message=message, next_step=next_step)
