"""Turns between processes that write one SQLite file: a lock file that wakes the next in line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Turns:
    """SQLite's own waiting polls with growing pauses, so a busy writer starves the others.

    The kernel's lock wakes a waiter at once. Without it (Windows) SQLite's lock alone decides:
    correct, only less fair.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the turn for the time of one transaction."""
        if sys.platform == "win32":
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Release the lock file; it stays on disk, empty."""
        os.close(self._file)
