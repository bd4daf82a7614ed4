"""`restore_backup`: unpack beside the home, verify everything, only then swap."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable

from zhiyin.engine.backup.archive import unpack
from zhiyin.engine.backup.copies import count_rows
from zhiyin.engine.backup.manifest import (
    DATABASE,
    DUMP,
    EVENTS,
    INTAKE,
    Manifest,
    Member,
    TableState,
    decode_manifest,
)
from zhiyin.engine.erasures import carry_ledger
from zhiyin.engine.home import Home
from zhiyin.engine.lake.table import faults
from zhiyin.errors import Conflict, InvalidInput, NotFound, Unavailable, ZhiyinError

LoadDatabase = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What was restored; `kept_aside` is the former home, if there was one."""

    created_at: datetime
    zhiyin_version: str
    n_members: int
    n_waiting: int
    tables: tuple[TableState, ...]
    kept_aside: Path | None


def restore_backup(
    archive: Path, home: Home, *, force: bool = False, load_database: LoadDatabase | None = None
) -> RestoreReport:
    """Put the archive in the place of the home; until all is verified the home is not touched.

    Stop Zhiyin first. `load_database` reads the dump of a database that is not in the home. With
    `force` a home that holds something is kept aside under another name. Erasures that its ledger
    knows are carried into the restored one, which does them again.

    Raises:
        NotFound: no such archive. Conflict: the home holds something, or is a mount point.
        InvalidInput: the archive is damaged, or needs `load_database`. Unavailable: the disk fails.
    """
    if not archive.is_file():
        raise NotFound("There is no such archive.", next_step="Check the path.")
    _check_place(home, force=force)
    try:
        home.path.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{home.path.name}-restoring-", dir=home.path.parent))
    except OSError as error:
        raise Unavailable(f"The folder beside the home cannot be written: {error.strerror}.") from error
    try:
        members, payload = unpack(archive, stage)
        manifest = decode_manifest(payload)
        _verify(manifest, members, stage)
        _load(manifest, stage, load_database)
        # Who was erased since the backup stays erased: the entries are carried out again.
        carry_ledger(home, into=stage)
        kept_aside = _swap(stage, home)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return RestoreReport(
        created_at=manifest.created_at,
        zhiyin_version=manifest.zhiyin_version,
        n_members=len(members),
        n_waiting=manifest.n_waiting,
        tables=tuple(manifest.tables),
        kept_aside=kept_aside,
    )


def _check_place(home: Home, *, force: bool) -> None:
    if os.path.ismount(home.path):
        raise Conflict(
            "The home is a mount point and cannot be swapped.",
            next_step="Set ZHIYIN_HOME to a folder below it and restore there.",
        )
    if home.path.exists() and any(home.path.iterdir()) and not force:
        raise Conflict(
            f"The home {home.path.name} holds something.",
            next_step="Restore into an empty home, or use --force, which keeps the old one aside.",
        )


def _verify(manifest: Manifest, members: list[Member], stage: Path) -> None:
    promised = {member.path: member for member in manifest.members}
    unpacked = {member.path: member for member in members}
    for path in promised.keys() | unpacked.keys():
        if promised.get(path) != unpacked.get(path):
            raise InvalidInput(f"The archive is damaged at {path}.", next_step="Take another backup.")
    for name in (DATABASE, INTAKE, EVENTS):
        if name in unpacked:
            _verify_sqlite(stage / name)
    for table in manifest.tables:
        _verify_table(table, stage / "lake" / table.name)


def _verify_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise InvalidInput(f"{path.name} in the archive is damaged.", next_step="Take another backup.")


def _verify_table(table: TableState, folder: Path) -> None:
    try:
        with faults(str(folder)):
            delta = DeltaTable(str(folder))
            paths = [unquote(path) for path in pa.table(delta.get_add_actions())["path"].to_pylist()]
            found = (delta.version(), len(paths), count_rows(folder, paths))
    except (ZhiyinError, pa.ArrowException) as error:
        raise InvalidInput(f"Table {table.name} in the archive does not open.") from error
    if found != (table.version, table.n_files, table.n_rows):
        raise InvalidInput(
            f"Table {table.name} in the archive has {found[2]} rows, not {table.n_rows}.",
            next_step="Take another backup.",
        )


def _load(manifest: Manifest, stage: Path, load_database: LoadDatabase | None) -> None:
    if manifest.database != "dump":
        return
    if load_database is None:
        raise InvalidInput(
            "The archive holds a dump of a database server.",
            next_step="Set the database's URL, as it was, and restore again.",
        )
    load_database(stage / DUMP)
    (stage / DUMP).unlink()


def _swap(stage: Path, home: Home) -> Path | None:
    kept_aside = None
    try:
        if home.path.exists():
            if any(home.path.iterdir()):
                stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
                kept_aside = home.path.with_name(f"{home.path.name}.before-{stamp}")
                home.path.rename(kept_aside)
            else:
                home.path.rmdir()
        stage.rename(home.path)
    except OSError as error:
        if kept_aside is not None and not home.path.exists():
            kept_aside.rename(home.path)
        raise Unavailable(f"The home cannot be swapped: {error.strerror}.") from error
    return kept_aside
