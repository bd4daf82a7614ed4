"""`create_backup`: one archive of a whole home, while everything runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from zhiyin.engine.backup import copies
from zhiyin.engine.backup.archive import ArchiveWriter, create_archive
from zhiyin.engine.backup.manifest import (
    DATABASE,
    DUMP,
    EVENTS,
    FORMAT,
    INTAKE,
    Manifest,
    TableState,
    encode_manifest,
)
from zhiyin.engine.erasures import LEDGER, ledger_path
from zhiyin.engine.home import Home
from zhiyin.engine.lake.take_over import Switch
from zhiyin.errors import NotFound, Unavailable

DumpDatabase = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What an archive holds."""

    archive: Path
    n_bytes: int
    n_members: int
    n_messages: int
    tables: tuple[TableState, ...]
    database: Literal["sqlite", "dump", "none"]
    has_keys: bool


def create_backup(
    home: Home, target: Path, *, dump_database: DumpDatabase | None = None, has_keys: bool = True
) -> BackupReport:
    """Write the archive `target` and tell what it holds.

    `dump_database` writes the operational database to the file that it is given, where it is not
    the SQLite file of the home. Without the keys the archive can be read only with a copy of the
    `keys` folder kept elsewhere; with them, whoever has the archive reads everything.

    The stores are copied in the order database, log, lake: what the copied log no longer holds is
    then in the copied lake, and what both hold is known by its transaction.

    Raises:
        NotFound: the home does not exist. Conflict: the target exists. Unavailable: a store or the
        disk fails.
    """
    if not home.path.is_dir():
        raise NotFound(f"There is no home {home.path.name}.", next_step="Set ZHIYIN_HOME.")
    with _staging(home) as stage, create_archive(target) as archive:
        manifest = _stage(home, stage, dump_database)
        for path in _list_files(stage):
            archive.add(path, path.relative_to(stage).as_posix())
        for folder in (home.files, home.models, *((home.keys,) if has_keys else ())):
            _add_folder(archive, folder, home.path)
        archive.add_manifest(encode_manifest(_with_members(manifest, archive)))
        n_members = len(archive.members)
    return BackupReport(
        archive=target,
        n_bytes=target.stat().st_size,
        n_members=n_members,
        n_messages=manifest.n_messages,
        tables=tuple(manifest.tables),
        database=manifest.database,
        has_keys=has_keys,
    )


@contextmanager
def _staging(home: Home) -> Iterator[Path]:
    # In the home, because links need the same disk.
    stage = Path(tempfile.mkdtemp(prefix=".backup-", dir=home.path))
    try:
        yield stage
    except sqlite3.Error as error:
        raise Unavailable(
            f"A database file cannot be copied ({type(error).__name__}).", next_step="Run `zhiyin doctor`."
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _stage(home: Home, stage: Path, dump_database: DumpDatabase | None) -> Manifest:
    database = _stage_database(home, stage, dump_database)
    n_messages = n_waiting = 0
    if home.intake.exists():
        copies.copy_sqlite(home.intake, stage / INTAKE)
        n_messages, n_waiting = copies.count_messages(stage / INTAKE)
    if home.events.exists():  # what the lake holds already is told by the events' ids, not by their place
        copies.copy_sqlite(home.events, stage / EVENTS)
    if ledger_path(home).exists():
        shutil.copyfile(ledger_path(home), stage / LEDGER)
    # Tables that change together are copied together.
    with Switch(home.lake).hold(is_alone=False) if home.lake.exists() else nullcontext():
        tables = [
            copies.copy_table(log.parent, stage / "lake" / log.parent.name)
            for log in sorted(home.lake.glob("*/_delta_log"))
        ]
    if home.intake.exists():
        copies.settle_log(stage / INTAKE, copies.read_last_sequence(home.intake))
    return Manifest(
        format=FORMAT,
        created_at=datetime.now(UTC),
        zhiyin_version=_read_version(),
        database=database,
        n_messages=n_messages,
        n_waiting=n_waiting,
        tables=tables,
        members=[],
    )


def _stage_database(
    home: Home, stage: Path, dump_database: DumpDatabase | None
) -> Literal["sqlite", "dump", "none"]:
    if dump_database is not None:
        dump_database(stage / DUMP)
        return "dump"
    if not home.database.exists():
        return "none"
    copies.copy_sqlite(home.database, stage / DATABASE)
    return "sqlite"


def _with_members(manifest: Manifest, archive: ArchiveWriter) -> Manifest:
    return Manifest(
        format=manifest.format,
        created_at=manifest.created_at,
        zhiyin_version=manifest.zhiyin_version,
        database=manifest.database,
        n_messages=manifest.n_messages,
        n_waiting=manifest.n_waiting,
        tables=manifest.tables,
        members=archive.members,
    )


def _add_folder(archive: ArchiveWriter, folder: Path, root: Path) -> None:
    for path in _list_files(folder):
        try:
            archive.add(path, path.relative_to(root).as_posix())
        except FileNotFoundError:
            continue  # removed meanwhile, such as an upload that was read


def _list_files(folder: Path) -> list[Path]:
    return sorted(
        Path(parent) / name
        for parent, _, names in os.walk(folder)
        for name in names
        if not (Path(parent) / name).is_symlink()
    )


def _read_version() -> str:
    try:
        return version("zhiyin")
    except PackageNotFoundError:
        return "unknown"
