"""Builders for files to import."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from zhiyin.listen.importers.convert import Converter
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.guess import guess_mapping
from zhiyin.listen.importers.mapping import Mapping, parse_override
from zhiyin.listen.importers.tables import BadRow, Cell, ReadOptions
from zhiyin.listen.importers.voices import Defaults
from zhiyin.listen.items import FeedbackIn


@dataclass(frozen=True)
class Read:
    """Everything read from a file: rows as dicts, their lines, bad rows, notes of the tables."""

    rows: list[dict[str, Cell]]
    lines: list[int]
    bad: list[BadRow]
    notes: list[str]
    names: list[str]


@dataclass(frozen=True)
class Taken:
    """Everything that a file's rows became under the guessed mapping."""

    items: list[FeedbackIn]
    bad: list[BadRow]
    mapping: Mapping


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    def write_file(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def read_all() -> Callable[..., Read]:
    def read(path: Path, **options: object) -> Read:
        result = Read([], [], [], [], [])
        with open_tables(path, options=ReadOptions(**options)) as tables:
            for table in tables:
                result.notes.extend(table.notes)
                result.names.append(table.name)
                for chunk in table.chunks():
                    result.rows.extend(dict(zip(chunk.names, row, strict=True)) for row in chunk.rows)
                    result.lines.extend(chunk.lines)
                    result.bad.extend(chunk.bad)
        return result

    return read


@pytest.fixture
def take() -> Callable[..., Taken]:
    def take_in(path: Path, *, overrides: Sequence[str] = (), **defaults: str) -> Taken:
        converter = Converter(defaults=Defaults(**defaults))
        taken = Taken([], [], Mapping(columns=[]))
        with open_tables(path) as tables:
            for table in tables:
                sample = next(chunk for chunk in table.chunks() if chunk.rows)
                wishes = [parse_override(text) for text in overrides]
                mapping = (
                    Mapping(columns=[], row_ids="own")
                    if table.is_native
                    else guess_mapping(sample, overrides=wishes).mapping
                )
                converter.begin(table, mapping=mapping)
                for chunk in table.chunks():
                    converted = converter.convert(chunk)
                    taken.items.extend(converted.items)
                    taken.bad.extend([*chunk.bad, *converted.bad])
        return Taken(taken.items, taken.bad, mapping)

    return take_in


@pytest.fixture
def make_zip(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    def make(members: dict[str, bytes]) -> Path:
        path = tmp_path / "packed.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return make
