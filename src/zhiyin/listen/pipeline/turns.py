"""The turn to process: one process of an installation at a time, from lease to acknowledgement."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
            yield
        finally:
            os.close(descriptor)
