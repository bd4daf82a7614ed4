"""Keeps the index in step with the lake: what changed there is dropped here, what settled is taken in."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zhiyin.insight.search.index.catalogue import (
    Catalogue,
    Segment,
    files_by_day,
    key_of,
    read_catalogue,
    write_catalogue,
)
from zhiyin.insight.search.index.chunk import MOST_ROWS, write_chunk
from zhiyin.insight.search.index.making import COLUMNS, make_chunks
from zhiyin.listen.facts import FEEDBACK

# Below, looking through the texts themselves is quick enough.
FEWEST_ROWS = 20_000

Days = Mapping[date, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days to be put into one segment, both ends included; `n_rows` in the lake."""

    first: date
    last: date
    n_rows: int


class IndexKeeper:
    """Brings the index up to date, a piece at a time. One at work a folder; others do nothing."""

    def __init__(self, folder: Path, *, fewest_rows: int = FEWEST_ROWS) -> None:
        self._folder = folder
        self._fewest_rows = fewest_rows
        self._settled: dict[date, str] = {}
        self._sizes: dict[str, int] = {}

    def update(self, files: list[str], *, should_stop: Callable[[], bool], needs_rest: bool = True) -> int:
        """Drop what the lake no longer has, then take in what it has; returns how many rows.

        With `needs_rest` a day whose files were others at the last look waits for the next one.
        """
        days = {day: some for day, some in files_by_day(files).items() if "://" not in some[0]}
        if not days and not (self._folder.exists() and any(self._folder.iterdir())):
            return 0
        self._folder.mkdir(parents=True, exist_ok=True)
        with alone(self._folder, waits=False) as is_alone:
            if not is_alone:
                return 0
            self._drop_stale(days)
        rested = self._find_rested(days) if needs_rest else days
        return sum(self._take_in(span, days=days, should_stop=should_stop) for span in self._plan(rested))

    def _drop_stale(self, days: Days) -> None:
        """Forget segments whose files changed, and delete every chunk that none refers to.

        What was erased in the lake is gone here at the next look.
        """
        known = read_catalogue(self._folder)
        valid = tuple(
            one for one in known.segments if key_of(days, first=one.first, last=one.last) == one.key
        )
        if valid != known.segments:
            write_catalogue(self._folder, Catalogue(segments=valid))
        _delete_unknown(self._folder, valid)

    def _find_rested(self, days: Days) -> Days:
        keys = {day: key_of(days, first=day, last=day) for day in days}
        rested = {day: files for day, files in days.items() if self._settled.get(day) == keys[day]}
        self._settled = keys
        return rested

    def _plan(self, days: Days) -> Iterator[Span]:
        """The days that no segment holds, in spans of at most one chunk where days are small."""
        segments = read_catalogue(self._folder).segments
        wanted = {
            day: files for day, files in days.items() if not any(s.first <= day <= s.last for s in segments)
        }
        sizes = {day: sum(self._size(file) for file in files) for day, files in wanted.items()}
        n_known = sum(one.n_rows for one in segments)
        if n_known + sum(sizes.values()) < self._fewest_rows:
            return
        span: Span | None = None
        for day, n_rows in sizes.items():
            if span is not None and self._may_join(span, day=day, n_rows=n_rows, segments=segments):
                span = Span(first=span.first, last=day, n_rows=span.n_rows + n_rows)
                continue
            if span is not None:
                yield span
            span = Span(first=day, last=day, n_rows=n_rows)
            tail = segments[-1] if segments else None
            if tail and tail.last < day and tail.n_rows + n_rows <= MOST_ROWS:
                span = Span(first=tail.first, last=day, n_rows=tail.n_rows + n_rows)
        if span is not None:
            yield span

    @staticmethod
    def _may_join(span: Span, *, day: date, n_rows: int, segments: Sequence[Segment]) -> bool:
        is_between = any(span.last < one.first < day for one in segments)
        return not is_between and span.n_rows + n_rows <= MOST_ROWS

    def _size(self, file: str) -> int:
        if file not in self._sizes:
            self._sizes[file] = pq.read_metadata(file).num_rows
        return self._sizes[file]

    def _take_in(self, span: Span, *, days: Days, should_stop: Callable[[], bool]) -> int:
        if should_stop():
            return 0
        with alone(self._folder, waits=True):
            try:
                names = self._write_chunks(span, days=days)
            except FileNotFoundError:
                return 0  # compacted away meanwhile; the next look finds the new ones
            key = key_of(days, first=span.first, last=span.last)
            made = Segment(first=span.first, last=span.last, key=key, n_rows=span.n_rows, chunks=tuple(names))
            others = [
                one
                for one in read_catalogue(self._folder).segments
                if one.last < span.first or one.first > span.last
            ]
            segments = tuple(sorted([*others, made], key=lambda one: one.first))
            write_catalogue(self._folder, Catalogue(segments=segments))
            _delete_unknown(self._folder, segments)
        return span.n_rows

    def _write_chunks(self, span: Span, *, days: Days) -> list[str]:
        name = secrets.token_hex(8)  # no date, no name: nothing to be read off
        files = list(chain.from_iterable(days[day] for day in days if span.first <= day <= span.last))
        names = []
        for number, chunk in enumerate(make_chunks(_read(files))):
            names.append(f"{name}-{number}.idx")
            write_chunk(self._folder / names[-1], chunk)
        return names


def forget_days(folder: Path, *, days: Collection[date]) -> None:
    """Delete what the index holds of these days; it is made again from what the lake then has."""
    if not folder.exists():
        return
    with alone(folder, waits=True):
        known = read_catalogue(folder).segments
        kept = tuple(one for one in known if not any(one.first <= day <= one.last for day in days))
        write_catalogue(folder, Catalogue(segments=kept))
        _delete_unknown(folder, kept)


def _delete_unknown(folder: Path, segments: Sequence[Segment]) -> None:
    wanted = {name for one in segments for name in one.chunks}
    for path in [*folder.glob("*.idx"), *folder.glob("*.new")]:
        if path.name not in wanted:
            path.unlink()


def _read(files: Sequence[str]) -> pa.Table:
    """The columns of the index; those that a file of old lacks are null."""
    schema = pa.schema([FEEDBACK.schema.field(name) for name in COLUMNS])
    tables = []
    for file in files:
        with pq.ParquetFile(file) as opened:
            present = [name for name in COLUMNS if name in opened.schema_arrow.names]
            found = opened.read(columns=present)
        columns = [
            found[field.name].cast(field.type)
            if field.name in present
            else pa.nulls(found.num_rows, field.type)
            for field in schema
        ]
        tables.append(pa.table(columns, schema=schema))
    return pa.concat_tables(tables)


@contextmanager
def alone(folder: Path, *, waits: bool) -> Iterator[bool]:
    """Whether no other process or thread writes in the folder; with `waits` after it has ended."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
