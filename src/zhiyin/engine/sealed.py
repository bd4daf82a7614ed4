"""Everything that holds tokens of the vault, so that a rotation can reach all of it: each room registers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from zhiyin.engine.vault import token_version

OnMoved = Callable[[int], None]
"""Called with how many tokens one step moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of the tokens of a store that an older key had written."""

    n_moved: int = 0
    n_unreadable: int = 0


class SealedStore(Protocol):
    """One place that holds tokens, such as a column of a table."""

    @property
    def name(self) -> str:
        """What the place is called in lists: `respond.Case.contact_sealed`, `lake.raw`."""
        ...

    @property
    def expires(self) -> bool:
        """Whether its tokens cannot be moved and go by themselves: they are processed, or time out."""
        ...

    def count_by_version(self) -> Mapping[int, int]:
        """How many tokens of each data key it holds."""
        ...

    def move(self, *, to: int, on_moved: OnMoved) -> Moved:
        """Seal anew, under the newest key, what keys older than `to` wrote.

        It may be killed at any point and run again: a token says itself which key wrote it, and each
        step is whole or not done. What changes meanwhile keeps its new value.
        """
        ...


_stores: dict[str, SealedStore] = {}


def register_sealed(*stores: SealedStore) -> None:
    """Makes the stores known; the same name again replaces one."""
    for store in stores:
        _stores[store.name] = store


def list_sealed() -> list[SealedStore]:
    """Every store, by name."""
    return [_stores[name] for name in sorted(_stores)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBodies:
    """The bodies that wait in a log: soon processed, and with it gone."""

    name: str
    path: Path
    expires: bool = True

    def count_by_version(self) -> Mapping[int, int]:
        """Of what waits; nothing where there is no log yet, or one that is just being laid out."""
        if not self.path.exists():
            return {}
        counts: dict[int, int] = {}
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, timeout=30)) as log:
            if not log.execute("SELECT 1 FROM sqlite_master WHERE name = 'body'").fetchone():
                return {}
            rows = log.execute(
                "SELECT substr(body.body, 1, 32), count(*) FROM body JOIN message USING (sequence)"
                " WHERE message.state = 0 GROUP BY substr(body.body, 1, 2)"
            )
            for head, n_bodies in rows:
                counts[token_version(head)] = counts.get(token_version(head), 0) + n_bodies
        return counts

    def move(self, *, to: int, on_moved: OnMoved) -> Moved:
        """Nothing: they go by themselves."""
        del to, on_moved
        return Moved()
