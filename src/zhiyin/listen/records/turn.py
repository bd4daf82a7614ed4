"""The turn to write records: one writer of an installation at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.engine.home import Home


@contextmanager
def records_turn(home: Home) -> Iterator[None]:
    """Wait for the turn and hold it; only one may decide what is new. The kernel gives it back.

    Each caller opens the file for itself, so that threads of one process wait for each other too.
    """
    home.path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home.path / "records.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
