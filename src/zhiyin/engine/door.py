"""`open_engine`: log, lake and vault of one home, once a process and opened when first used."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from zhiyin.engine.home import Home

if TYPE_CHECKING:
    from zhiyin.engine.lake import DeltaLake
    from zhiyin.engine.log import SqliteIntakeLog
    from zhiyin.engine.vault import Vault

_Part = TypeVar("_Part")


class _Lazy(Generic[_Part]):
    """Opens a part at its first use, once, whichever thread asks."""

    def __init__(self, open_part: Callable[[], _Part]) -> None:
        self._open_part = open_part
        self._lock = threading.Lock()
        self.opened: _Part | None = None

    def get(self) -> _Part:
        with self._lock:
            if self.opened is None:
                self.opened = self._open_part()
            return self.opened


@dataclass(frozen=True, slots=True)
class Engine:
    """The embedded engine of one home. The parts are `protocols.IntakeLog`, `Lake` and a `Vault`.

    DuckDB, SQLite and the Delta library do not survive a fork: call `open_engine` in the child.
    """

    home: Home
    _log: _Lazy[SqliteIntakeLog] = field(repr=False)
    _events: _Lazy[SqliteIntakeLog] = field(repr=False)
    _lake: _Lazy[DeltaLake] = field(repr=False)
    _vault: _Lazy[Vault] = field(repr=False)

    @property
    def log(self) -> SqliteIntakeLog:
        """The intake log, `intake.sqlite3`."""
        return self._log.get()

    @property
    def events(self) -> SqliteIntakeLog:
        """The log of customers' events, `events.sqlite3`."""
        return self._events.get()

    @property
    def lake(self) -> DeltaLake:
        """The lake, `lake/`."""
        return self._lake.get()

    @property
    def vault(self) -> Vault:
        """Encryption with the keys in `keys/`."""
        return self._vault.get()

    def close(self) -> None:
        """Close what was opened."""
        for log in (self._log, self._events):
            if log.opened is not None:
                log.opened.close()
        if self._lake.opened is not None:
            self._lake.opened.close()


_engines: dict[tuple[int, Path], Engine] = {}
_guard = threading.Lock()


def _forget_parents() -> None:
    # The lock may have been held by a thread that the child does not have. The parent's engines are
    # kept, unused: closing them here would close what the parent still uses.
    global _guard  # noqa: PLW0603
    _guard = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parents)


def open_engine(home: Home) -> Engine:
    """The engine of this home in this process; the same one at every call until `close_engine`."""
    key = (os.getpid(), home.path.absolute())
    with _guard:
        if key not in _engines:
            _engines[key] = _make_engine(home)
        return _engines[key]


def close_engine() -> None:
    """Close every engine that this process opened; what was submitted to a log is committed first."""
    with _guard:
        own = [key for key in _engines if key[0] == os.getpid()]
        engines = [_engines.pop(key) for key in own]
    for engine in engines:
        engine.close()


def holds_sealed_items(home: Home) -> bool:
    """Whether the lake has raw items, which only the keys of this home open."""
    return next(home.lake.glob("raw/day=*/*.parquet"), None) is not None


def _make_engine(home: Home) -> Engine:
    # The imports are late because they cost half a second, which `zhiyin --help` need not spend.
    def open_log() -> SqliteIntakeLog:
        from zhiyin.engine.log import SqliteIntakeLog

        return SqliteIntakeLog(home.intake)

    def open_events() -> SqliteIntakeLog:
        from zhiyin.engine.log import SqliteIntakeLog

        return SqliteIntakeLog(home.events)

    def open_lake() -> DeltaLake:
        from zhiyin.engine.lake import DeltaLake

        return DeltaLake(home.lake)

    def open_vault() -> Vault:
        from zhiyin.engine.vault import Vault

        # New keys would let nobody read the old items, and every voice sent again would count twice.
        return Vault.open(home.keys, may_make=not holds_sealed_items(home))

    return Engine(home, _Lazy(open_log), _Lazy(open_events), _Lazy(open_lake), _Lazy(open_vault))
