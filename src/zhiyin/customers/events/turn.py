"""The turn to take events from their log: one taker of an installation at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.engine.home import Home


@contextmanager
def events_turn(home: Home) -> Iterator[None]:
    """Wait for the turn and hold it; the kernel gives it back when a process dies.

    Each caller opens the file for itself, so that threads of one process wait for each other too.
    """
    home.path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home.path / "events.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
