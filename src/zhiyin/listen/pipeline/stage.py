"""Where re-tagged facts gather beside the lake until they take the place of the old ones."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from zhiyin.engine import Engine
from zhiyin.engine.home import Home
from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import Transaction
from zhiyin.listen.facts import FEEDBACK, OPINIONS
from zhiyin.listen.pipeline.columns import Rows
from zhiyin.listen.pipeline.store import sql_ids

STAGED = (FEEDBACK, OPINIONS)
ROWS_PER_STEP = 65_536
_FOLDER, _PLAN, _LOCK, _APP_ID = ".retagging", "plan.json", ".retagging.lock", "retagging"
_IDS_PER_DELETE = 5_000


class StartOver(Exception):
    """What was staged is of no use any more: dropped by an erasure, or its files are gone."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One row group of a file of the table `feedback`."""

    file: str
    group: int
    n_rows: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Which files the facts lay in when the run began, cut into steps; `target` is what it is for."""

    target: str
    files: list[str]
    steps: list[list[Piece]]

    @property
    def n_rows(self) -> int:
        """All of them."""
        return sum(piece.n_rows for step in self.steps for piece in step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The lake beside the lake, of one run."""

    home: Home
    plan: Plan
    lake: DeltaLake

    @property
    def n_steps_done(self) -> int:
        """Steps that both tables hold."""
        return min(self.lake.last_version(spec.name, _APP_ID) or 0 for spec in STAGED)

    def write_step(self, number: int, rows: Sequence[Rows]) -> None:
        """The rows of that step, counted from 1; written before, they are not written again."""
        with self._writing():
            for one in rows:
                step = Transaction(app_id=_APP_ID, version=number)
                self.lake.append(one.spec.name, one.table, transaction=step)

    def put(self, rows: Sequence[Rows], *, instead_of: Iterable[str]) -> None:
        """The rows in place of what is staged of these voices.

        First the voice goes and last it comes back, so that a cut leaves it missing, which is noticed.
        """
        ids = sorted(instead_of)
        with self._writing():
            for start in range(0, len(ids), _IDS_PER_DELETE):
                for spec in STAGED:
                    self.lake.delete(spec.name, where=sql_ids(ids[start : start + _IDS_PER_DELETE]))
            for one in reversed(rows):
                self.lake.append(one.spec.name, one.table)

    def drop_leftovers(self) -> None:
        """Opinions of voices that are not staged, which a cut in `put` has left."""
        with self.lake.connect(*(spec.name for spec in STAGED)) as connection:
            rows = connection.execute(
                "SELECT DISTINCT feedback_id FROM opinions WHERE feedback_id NOT IN"
                " (SELECT feedback_id FROM feedback)"
            ).fetchall()
        if rows:
            with self._writing():
                self.lake.delete(OPINIONS.name, where=sql_ids(one for (one,) in rows))

    def is_there(self) -> bool:
        """Whether nobody has dropped it."""
        return (_folder(self.home) / _PLAN).exists()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _hold(self.home):
            if not self.is_there():
                raise StartOver
            yield


def open_stage(engine: Engine, *, target: str) -> Stage:
    """The stage of a run that was cut off, if it is for the same target; else a new one."""
    folder = _folder(engine.home)
    with _hold(engine.home):
        plan = _read_plan(folder / _PLAN)
        if plan is None or plan.target != target:
            plan = _make_plan(engine, target=target)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / _PLAN).write_bytes(msgspec.json.encode(plan))
        stage = Stage(home=engine.home, plan=plan, lake=DeltaLake(folder))
        for spec in STAGED:
            stage.lake.create(spec)
    return stage


def drop_stage(home: Home) -> None:
    """Away with what is staged; a run that is under way begins anew."""
    if _folder(home).exists():
        with _hold(home):
            shutil.rmtree(_folder(home), ignore_errors=True)


def _folder(home: Home) -> Path:
    return home.lake / _FOLDER


def _read_plan(path: Path) -> Plan | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _make_plan(engine: Engine, *, target: str) -> Plan:
    files = engine.lake.files(FEEDBACK.name)
    steps: list[list[Piece]] = []
    n_rows = ROWS_PER_STEP
    for piece in _list_pieces(files):
        if n_rows + piece.n_rows > ROWS_PER_STEP:
            steps.append([])
            n_rows = 0
        steps[-1].append(piece)
        n_rows += piece.n_rows
    return Plan(target=target, files=files, steps=steps)


def _list_pieces(files: Sequence[str]) -> Iterator[Piece]:
    for file in files:
        try:
            metadata = pq.read_metadata(file.removeprefix("file://"))
        except FileNotFoundError as error:
            raise StartOver from error
        for group in range(metadata.num_row_groups):
            yield Piece(file=file, group=group, n_rows=metadata.row_group(group).num_rows)


@contextmanager
def _hold(home: Home) -> Iterator[None]:
    """Keeps writing apart from dropping; the kernel lets go of it when a process dies."""
    home.lake.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home.lake / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
