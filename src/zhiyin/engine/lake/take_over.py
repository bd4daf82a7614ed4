"""Puts all rows of one lake's tables in place of another's, for every reader in the same moment."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import deltalake
import msgspec
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from zhiyin.engine.home import TAKE_OVER_FILE
from zhiyin.engine.lake.commits import run_commit
from zhiyin.engine.lake.table import Table, faults
from zhiyin.errors import Unavailable

_APP_ID = "take-over"
_LOCK = ".take-over.lock"


class _NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that lies in the table's folder and belongs to no version of it yet."""

    path: str
    n_bytes: int
    day: str
    stats: str


class _Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be in the tables; until all of it is, readers stay at the versions of `pins`."""

    number: int
    pins: dict[str, int]
    files: dict[str, list[_NewFile]]


class Switch:
    """The file beside the tables that tells readers which versions belong together.

    Delta commits one table at a time. Who reads two of them would see one new and one old in between;
    so readers are held at the old versions while the commits are made, and let go by one renaming.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / TAKE_OVER_FILE
        self._lock = root / _LOCK
        self._known: tuple[object, _Plan | None] = (None, None)

    def stamp(self) -> object:
        """Changes whenever something begins or ends; costs a microsecond."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return (status.st_ino, status.st_mtime_ns)

    def pins(self) -> Mapping[str, int]:
        """The versions to be read now, by table; empty where nothing is under way."""
        plan = self.read()
        return plan.pins if plan else {}

    def read(self) -> _Plan | None:
        """What is under way, if anything."""
        stamp = self.stamp()
        if self._known[0] != stamp or stamp is None:
            plan = msgspec.json.decode(self._path.read_bytes(), type=_Plan) if stamp else None
            self._known = (stamp, plan if plan and plan.pins else None)
        return self._known[1]

    def write(self, plan: _Plan) -> None:
        """For every reader at once; on disk when it returns."""
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(msgspec.json.encode(plan))
            file.flush()
            os.fsync(file.fileno())
        new.rename(self._path)
        _sync_folder(self._path.parent)

    @contextmanager
    def hold(self, *, is_alone: bool) -> Iterator[None]:
        """Keep upkeep, which may run beside itself, and taking over apart; between processes too."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH)
            yield
        finally:
            os.close(descriptor)


def take_over(switch: Switch, tables: Mapping[str, tuple[Table, Table]]) -> None:
    """Make the rows of each second table those of the first, which loses its own.

    Files are linked, not copied: both lie on one disk.
    """
    with switch.hold(is_alone=True):
        files = {name: _link_files(old, new) for name, (old, new) in tables.items()}
        targets = {name: old for name, (old, _) in tables.items()}
        pins = {name: table.writer.refresh().version() for name, table in targets.items()}
        switch.write(_Plan(number=_next_number(targets), pins=pins, files=files))
        _finish(switch, targets)


def finish(switch: Switch, tables: Mapping[str, Table]) -> None:
    """Bring to its end what a killed process began."""
    with switch.hold(is_alone=True):
        _finish(switch, tables)


def _finish(switch: Switch, tables: Mapping[str, Table]) -> None:
    plan = switch.read()
    if plan is None:
        return
    for name, files in plan.files.items():
        _commit(tables[name], files, number=plan.number)
    switch.write(_Plan(number=plan.number, pins={}, files={}))


def _commit(table: Table, files: Sequence[_NewFile], *, number: int) -> None:
    named = CommitProperties(app_transactions=[deltalake.Transaction(_APP_ID, number)])
    actions: list[AddAction | RemoveAction] = [
        AddAction(
            one.path, one.n_bytes, {"day": one.day}, modification_time=0, data_change=True, stats=one.stats
        )
        for one in files
    ]

    def commit(delta: DeltaTable) -> None:
        if (delta.transaction_version(_APP_ID) or 0) >= number:
            return
        # `overwrite` removes every file of the version that was just read. It notices no other writer;
        # the caller and `Switch.hold` keep them away.
        delta.create_write_transaction(
            actions, "overwrite", delta.schema(), partition_by=["day"], commit_properties=named
        )
        # The handle does not learn of the commit by itself.
        delta.update_incremental()

    with ExitStack() as stack:
        stack.enter_context(table.rewriting)
        stack.enter_context(table.writing)
        run_commit(table, commit)


def _next_number(tables: Mapping[str, Table]) -> int:
    return 1 + max((table.read_transaction(_APP_ID) or 0) for table in tables.values())


def _link_files(old: Table, new: Table) -> list[_NewFile]:
    with faults(new.uri):
        rows = pa.table(DeltaTable(new.uri).get_add_actions(flatten=True)).to_pylist()
    files = []
    for row in rows:
        source = Path(new.uri) / row["path"]
        # A name of its own each time: the same files may be taken over again.
        path = f"{row['path'].rsplit('/', 1)[0]}/part-{uuid4()}.parquet"
        try:
            (Path(old.uri) / path).parent.mkdir(exist_ok=True)
            os.link(source, Path(old.uri) / path)
        except OSError as error:
            raise Unavailable(
                f"A file of table {old.name} cannot be put in its place ({type(error).__name__}).",
                next_step="See that the disk has space and can be written.",
            ) from error
        files.append(
            _NewFile(path=path, n_bytes=row["size_bytes"], day=str(row["partition.day"]), stats=_stats(row))
        )
    return files


def _stats(row: Mapping[str, object]) -> str:
    """The Delta statistics of a file, by which updates pass over it; of plain columns alone."""
    bounds = {}
    for side in ("min", "max"):
        found = {key.removeprefix(f"{side}."): one for key, one in row.items() if key.startswith(f"{side}.")}
        bounds[f"{side}Values"] = {
            name: one
            for name, one in found.items()
            if isinstance(one, (str, int, float)) and not isinstance(one, (bool, date))
        }
    return json.dumps({"numRecords": row["num_records"], **bounds})


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
