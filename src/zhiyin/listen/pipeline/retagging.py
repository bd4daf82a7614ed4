"""Understands stored voices again by another taxonomy or model, and switches all of them at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa

from zhiyin.engine import Engine
from zhiyin.engine.protocols import BatchFunction, BatchRunner
from zhiyin.engine.runner import InProcessRunner
from zhiyin.errors import Conflict
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.models import CorrectedVoice
from zhiyin.listen.pipeline.analysis import MIN_ROWS_TO_START_RUNNER, ROWS_PER_CALL, Analysis
from zhiyin.listen.pipeline.columns import Rows
from zhiyin.listen.pipeline.corrections import correct_rows
from zhiyin.listen.pipeline.stage import ROWS_PER_STEP, STAGED, Stage, StartOver, drop_stage, open_stage
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.pipeline.stored_voices import (
    COMPARED,
    build_retagged,
    read_conversations,
    read_pieces,
    read_texts,
    read_voices,
)
from zhiyin.listen.pipeline.turns import pipeline_turn

# So many changed voices are few enough to be made again while the pipeline waits: a tenth of a second.
FEW = 2_000
_MAX_ROUNDS = 8
_SPARE_BYTES = 512 * 1024 * 1024

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the voices are to be understood by: `key` tells it from any other model or taxonomy."""

    key: str
    make: Callable[[], BatchFunction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchers:
    """Who is told of a run.

    `on_progress` gets voices done and all, and may raise to stop the run. `on_switch` is called in the
    pipeline's turn, after all facts are the new ones. `is_wanted` says whether the target still is.
    """

    on_progress: OnProgress = lambda done, total: None
    on_switch: Callable[[], None] = lambda: None
    is_wanted: Callable[[], bool] = lambda: True


class TargetChanged(Exception):
    """Another taxonomy was chosen while a run was under way."""


def retag(engine: Engine, target: Target, *, runner: BatchRunner, watchers: Watchers) -> int:
    """Make all that hangs on model and taxonomy again, and switch; returns how many versions of voices.

    The new facts gather beside the lake while the old ones are shown and go on changing. What arrived,
    was edited, corrected or erased meanwhile is made again, at last in the pipeline's turn; then all
    facts change at once. Cut off at any point and run again, it goes on where it stood; nothing of it
    is to be seen before the end.

    Raises:
        Conflict: the disk has too little space. TargetChanged: the target is not wanted any more.
        Unavailable: lake or database do not answer.
    """
    create_tables(engine.lake)
    while True:
        try:
            return _Run(engine, target, runner=runner, watchers=watchers).run()
        except StartOver:
            drop_stage(engine.home)


class _Run:
    """One attempt, from the stage that is there or a new one."""

    def __init__(self, engine: Engine, target: Target, *, runner: BatchRunner, watchers: Watchers) -> None:
        self._engine = engine
        self._target = target
        self._runner: BatchRunner = runner
        self._watchers = watchers
        _check_space(engine)
        self._stage = open_stage(engine, target=target.key)
        if self._stage.plan.n_rows < MIN_ROWS_TO_START_RUNNER:
            self._runner = InProcessRunner()
        self._turns = Analysis(target.make, open_runner=lambda: self._runner)
        self._seen = frozenset(self._stage.plan.files)

    def run(self) -> int:
        """The whole of it; returns how many versions of voices are new."""
        self._tell(0)
        self._make_all()
        self._stage.drop_leftovers()
        for _ in range(_MAX_ROUNDS):
            changed = self._find_changed()
            self._make_again(changed)
            if len(changed) <= FEW:
                break
        with pipeline_turn(self._engine.home.path):
            self._switch()
        drop_stage(self._engine.home)
        return self._stage.plan.n_rows

    def _tell(self, n_done: int) -> None:
        if not self._watchers.is_wanted():
            raise TargetChanged
        self._watchers.on_progress(n_done, self._stage.plan.n_rows)

    def _make_all(self) -> None:
        n_before, steps = self._stage.n_steps_done, self._stage.plan.steps
        n_done = sum(piece.n_rows for step in steps[:n_before] for piece in step)
        writing: Future[None] | None = None
        tables = (read_pieces(step) for step in steps[n_before:])
        with ThreadPoolExecutor(1) as writer:
            # Step by step ahead: while one is being written, the next is under analysis.
            for number, (kept, understood) in enumerate(self._understand(tables, n_done), n_before + 1):
                if writing is not None:
                    writing.result()
                writing = writer.submit(self._write, number, kept, understood)
            if writing is not None:
                writing.result()

    def _write(self, number: int, kept: pa.Table, understood: pa.Table) -> None:
        self._stage.write_step(number, build_retagged(kept, understood))

    def _understand(
        self, tables: Iterable[pa.Table], n_done: int | None = None
    ) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Each table with what is understood of it; tells of progress if it is told where it stands."""
        reading: list[tuple[pa.Table, int]] = []

        def cut() -> Iterator[pa.RecordBatch]:
            for kept in tables:
                batches = _slice(read_texts(self._engine, kept))
                reading.append((kept, len(batches)))
                yield from batches

        results = self._runner.map(self._target.make, cut())
        for first in results:
            (kept, n_batches), found = reading.pop(0), [first]
            if n_done is not None:
                self._tell(n_done := n_done + first.num_rows)
            while len(found) < n_batches:
                found.append(next(results))
                if n_done is not None:
                    self._tell(n_done := n_done + found[-1].num_rows)
            kept = read_conversations(self._engine, kept, analysis=self._turns)
            yield kept, pa.Table.from_batches(found)

    def _find_changed(self) -> dict[str, bool]:
        """Voices that the lake holds otherwise than the stage, and whether the stage holds any of them."""
        files = frozenset(self._engine.lake.files(FEEDBACK.name))
        days = sorted({_day_of(file) for file in files ^ self._seen})
        self._seen = files
        return _compare(self._engine, self._stage, days=days) if days else {}

    def _make_again(self, changed: dict[str, bool]) -> None:
        ids = sorted(changed)
        for start in range(0, len(ids), ROWS_PER_STEP):
            some = ids[start : start + ROWS_PER_STEP]
            self._tell(self._stage.plan.n_rows)
            rows = self._make_rows(some)
            self._stage.put(rows, instead_of=[one for one in some if changed[one]])

    def _make_rows(self, ids: Sequence[str]) -> list[Rows]:
        kept = read_voices(self._engine.lake, ids)
        understood = [result for _, result in self._understand([kept])] if kept.num_rows else []
        return build_retagged(kept, understood[0]) if understood else []

    def _switch(self) -> None:
        """In the turn: nothing but upkeep writes to the lake."""
        if not self._stage.is_there():
            raise StartOver
        self._make_again(self._find_changed())
        machine = self._correct()
        self._tell(self._stage.plan.n_rows)
        self._engine.lake.take_over(self._stage.lake, *(spec.name for spec in STAGED))
        if machine:
            correct_rows(machine)  # remembers what the machine says now
        self._watchers.on_switch()

    def _correct(self) -> list[Rows]:
        """Put what people corrected right in the stage; returns the rows as the machine made them."""
        ids = [str(one) for one in CorrectedVoice.objects.values_list("pk", flat=True)]
        rows = self._make_rows(ids) if ids else []
        if rows:
            self._stage.put(correct_rows(rows, remember=False), instead_of=ids)
        return rows


def _slice(texts: pa.ChunkedArray) -> list[pa.RecordBatch]:
    table = pa.table({"text": texts}).combine_chunks()
    return table.to_batches(max_chunksize=ROWS_PER_CALL) or [
        pa.RecordBatch.from_pydict({"text": pa.array([], pa.string())})
    ]


def _day_of(file: str) -> str:
    return unquote(file.rsplit("/", 2)[1]).removeprefix("day=")


def _compare(engine: Engine, stage: Stage, *, days: Sequence[str]) -> dict[str, bool]:
    """Of these days. Types of columns are equal in both, and so are hashes of equal rows."""
    named = ", ".join(f"DATE '{day}'" for day in days)
    hashed = f"feedback_id, revision, hash({', '.join(COMPARED)}) AS digest"
    staged = stage.lake.files(FEEDBACK.name)
    columns = ", ".join(FEEDBACK.schema.names)
    with engine.lake.connect(FEEDBACK.name) as connection:
        source = f"read_parquet([{_quote(staged)}], hive_partitioning = true)" if staged else "feedback"
        nothing = "" if staged else " AND false"
        rows = connection.execute(
            f"WITH live AS (SELECT {hashed} FROM feedback WHERE day IN ({named})),"  # noqa: S608 - our own
            f" staged AS (SELECT {hashed} FROM (SELECT {columns} FROM {source})"
            f" WHERE day IN ({named}){nothing})"
            " SELECT feedback_id, bool_or(staged.digest IS NOT NULL) FROM live FULL JOIN staged"
            " USING (feedback_id, revision) WHERE live.digest IS DISTINCT FROM staged.digest"
            " GROUP BY feedback_id"
        ).fetchall()
    return dict(rows)


def _quote(paths: Sequence[str]) -> str:
    return ", ".join("'" + path.replace("'", "''") + "'" for path in paths)


def _check_space(engine: Engine) -> None:
    """Old and new facts lie side by side until an hour after the switch."""
    files = [Path(file.removeprefix("file://")) for spec in STAGED for file in engine.lake.files(spec.name)]
    n_bytes = sum(file.stat().st_size for file in files if file.exists())
    n_needed = n_bytes * 3 // 2 + _SPARE_BYTES
    n_free = shutil.disk_usage(engine.home.lake).free
    if n_free < n_needed:
        raise Conflict(
            f"Re-tagging needs {n_needed / 1e9:.1f} GB of free space, and {n_free / 1e9:.1f} GB are free.",
            next_step="Free some space on the disk of the home, then start it again.",
        )
