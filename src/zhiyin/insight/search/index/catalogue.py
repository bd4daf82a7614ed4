"""What the folder of the index holds, and which days of the lake it covers at this moment."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from zhiyin.insight.search.index.chunk import Chunk, open_chunk

VERSION = 1
_FILE = "catalogue.json"
_DAY = re.compile(r"day=(\d{4}-\d{2}-\d{2})/[^/]+$")


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """The chunks of some days; `key` names the files of the lake that they were made from."""

    first: date
    last: date
    key: str
    n_rows: int
    chunks: tuple[str, ...]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """The segments, the oldest first; no day is in two."""

    version: int = VERSION
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The chunks that hold all of their days as the lake has them now, and the days that they do not hold."""

    chunks: Sequence[Chunk]
    other_days: Sequence[date]


def files_by_day(files: Iterable[str]) -> dict[date, list[str]]:
    """The files of each day, both in order."""
    found: dict[date, list[str]] = defaultdict(list)
    for file in files:
        if match := _DAY.search(file):
            found[date.fromisoformat(match[1])].append(file)
    return {day: sorted(found[day]) for day in sorted(found)}


def key_of(days: Mapping[date, Sequence[str]], *, first: date, last: date) -> str:
    """Names the files of these days: another file, another key."""
    digest = hashlib.blake2b(digest_size=16)
    for day, files in days.items():
        if first <= day <= last:
            for file in files:
                digest.update(os.path.basename(file).encode() + b"\n")
    return digest.hexdigest()


def read_catalogue(folder: Path) -> Catalogue:
    """What the folder says that it holds; nothing where it says nothing that we understand."""
    try:
        found = msgspec.json.decode((folder / _FILE).read_bytes(), type=Catalogue)
    except (OSError, msgspec.DecodeError):
        return Catalogue()
    return found if found.version == VERSION else Catalogue()


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Put it in place of what was there, at once and for good."""
    new = folder / f"{_FILE}.new"
    with new.open("wb") as file:
        file.write(msgspec.json.encode(catalogue))
        file.flush()
        os.fsync(file.fileno())
    new.rename(folder / _FILE)


class SearchIndex:
    """The index as a reader sees it. Thread-safe; chunks stay mapped while they are in use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._catalogue = Catalogue()
        self._chunks: dict[str, Chunk] = {}
        self._files: list[str] | None = None
        self._coverage: Coverage | None = None

    def cover(self, files: list[str]) -> Coverage:
        """What the index knows of the lake that has these active files. Microseconds if nothing changed."""
        with self._guard:
            has_news = self._refresh()
            if self._coverage is None or has_news or files != self._files:
                self._coverage = self._cover(files_by_day(files))
                self._files = files
            return self._coverage

    def _refresh(self) -> bool:
        try:
            found = (self._folder / _FILE).stat()
            stamp = (found.st_mtime_ns, found.st_ino)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self._catalogue = read_catalogue(self._folder)
        wanted = {name for one in self._catalogue.segments for name in one.chunks}
        self._chunks = {name: chunk for name, chunk in self._chunks.items() if name in wanted}
        return True

    def _cover(self, days: Mapping[date, Sequence[str]]) -> Coverage:
        chunks: list[Chunk] = []
        covered: set[date] = set()
        for one in self._catalogue.segments:
            if key_of(days, first=one.first, last=one.last) != one.key:
                continue
            try:
                chunks += [self._open(name) for name in one.chunks]
            except (OSError, ValueError):
                continue  # put away a moment ago: the lake itself is asked
            covered |= {day for day in days if one.first <= day <= one.last}
        return Coverage(chunks=chunks, other_days=[day for day in days if day not in covered])

    def _open(self, name: str) -> Chunk:
        if name not in self._chunks:
            self._chunks[name] = open_chunk(self._folder / name)
        return self._chunks[name]
