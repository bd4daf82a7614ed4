"""The readers, each registering itself by suffix and by a look at the first bytes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.tables import OpenFile, Table


class ReadTables(Protocol):
    """Yields the tables of an open file. The file stays open while its tables are read."""

    def __call__(self, file: OpenFile) -> Iterator[Table]:
        """Raises: InvalidInput if the file as a whole is unusable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A format: `fits` judges the first bytes, `priority` decides between several that fit (high first)."""

    name: str
    suffixes: tuple[str, ...]
    fits: Callable[[bytes], bool]
    read: ReadTables
    priority: int = 0


_READERS: dict[str, Reader] = {}


def register(reader: Reader) -> None:
    """Adds a reader; the modules in `readers/` call this when they are imported."""
    _READERS[reader.name] = reader


@cache
def all_readers() -> tuple[Reader, ...]:
    """Every reader, by priority; imports the modules in `readers/` on first use."""
    package = importlib.import_module("zhiyin.listen.importers.readers")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return tuple(sorted(_READERS.values(), key=lambda reader: -reader.priority))


def supported_suffixes() -> tuple[str, ...]:
    """Suffixes that some reader takes, sorted."""
    return tuple(sorted({suffix for reader in all_readers() for suffix in reader.suffixes}))


def choose_reader(file: OpenFile) -> Reader:
    """The reader for a file: contents decide, the suffix only between formats that look alike.

    Raises:
        InvalidInput: the file is empty or of no known format.
    """
    head = file.head()
    if not head:
        raise InvalidInput("The file is empty.", next_step="Export it again, with at least one row.")
    fitting = [reader for reader in all_readers() if reader.fits(head)]
    if not fitting:
        raise InvalidInput(
            "The file is in no format that can be imported.",
            next_step=f"Save it as one of: {', '.join(supported_suffixes())}.",
        )
    if fitting[0].priority > 0:
        return fitting[0]
    return next((reader for reader in fitting if file.suffix in reader.suffixes), fitting[0])
