"""The turn to process: one process of an installation at a time, from lease to acknowledgement."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhiyin.engine import open_engine
from zhiyin.engine.home import TAKE_OVER_FILE, Home

# A lock file keeps processes apart, but not two threads that open it in one.
_in_process = threading.RLock()


@contextmanager
def pipeline_turn(home: Path) -> Iterator[None]:
    """Wait for the turn and hold it. The kernel gives it back when a process dies.

    Facts are stored in the order of the log, and only one may decide what is new, so that a
    repetition after a crash can be told by its sequence number alone.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _in_process:
        descriptor = os.open(home / "pipeline.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _finish_take_over(home)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def try_pipeline_turn(home: Path, *, wait_seconds: float) -> Iterator[bool]:
    """As `pipeline_turn`, waiting so long at most; gives whether the turn was got."""
    home.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    if not _in_process.acquire(timeout=wait_seconds):
        yield False
        return
    try:
        descriptor = os.open(home / "pipeline.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            is_held = _lock_before(deadline, descriptor)
            if is_held:
                _finish_take_over(home)
            yield is_held
        finally:
            os.close(descriptor)
    finally:
        _in_process.release()


def _finish_take_over(home: Path) -> None:
    """What a killed process left between two tables comes first: nobody may write to half of it."""
    if (home / "lake" / TAKE_OVER_FILE).exists():
        open_engine(Home(home)).lake.finish_take_over()


def _lock_before(deadline: float, descriptor: int) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        else:
            return True
