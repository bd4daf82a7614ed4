"""Where the roll-up lies: makings side by side, one of which is the current one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from zhiyin.customers.rollup.schema import LAYOUT
from zhiyin.engine.home import Home

_CURRENT = "current.json"


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one making. `stamp` names the facts and links that it was made of, `layout` its files.

    The three lists are the four borders between the quintiles of RFM: of the last purchase (seconds since
    1970), of the number of orders and of the money.
    """

    folder: str
    stamp: str
    made_at: datetime
    seconds: float
    n_customers: int
    recency: Sequence[float] = ()
    frequency: Sequence[float] = ()
    money: Sequence[float] = ()
    layout: int = 1


def folder_of(home: Home) -> Path:
    """The folder of all makings; it may be deleted at any time, and is made again."""
    return home.path / "customers" / "rollup"


def find_making(home: Home) -> Making | None:
    """The current making; None before the first, also of the first of this version's files."""
    try:
        found = msgspec.json.decode((folder_of(home) / _CURRENT).read_bytes(), type=Making)
    except FileNotFoundError:
        return None
    return found if found.layout == LAYOUT else None


def path_of(home: Home, making: Making, name: str) -> Path:
    """The Parquet file of that name."""
    return folder_of(home) / making.folder / f"{name}.parquet"


@contextmanager
def making_turn(home: Home) -> Iterator[None]:
    """Wait for the turn to make and hold it; the kernel gives it back when a process dies."""
    root = folder_of(home)
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / "making.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def start_folder(home: Home) -> Path:
    """A new empty folder for a making. Only for who holds the turn."""
    root = folder_of(home)
    root.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="made-", dir=root))


def put_in_force(home: Home, making: Making, *, keeps_last: bool = True) -> None:
    """Make it the current one, in one moment for every reader; drop those before the last.

    `keeps_last`: who reads the last one now may finish; False drops it too, for the sake of erasing.
    """
    root = folder_of(home)
    last = find_making(home)
    _write_durably(root / _CURRENT, msgspec.json.encode(making))
    kept = {making.folder} | ({last.folder} if last and keeps_last else set())
    for path in root.glob("made-*"):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _write_durably(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
