"""SQLite's failures, told as `Unavailable` with what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from zhiyin.errors import Unavailable

_NEXT_STEPS = {
    sqlite3.SQLITE_FULL: ("the disk is full", "Free space; nothing acknowledged is lost.", True),
    sqlite3.SQLITE_READONLY: (
        "the file or its folder is read-only",
        "Give this user write access to both.",
        False,
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the file cannot be opened",
        "See that the folder exists and that this user may write there.",
        False,
    ),
    sqlite3.SQLITE_BUSY: (
        "another process has held it too long",
        "Try again; see that no other program has the file open.",
        True,
    ),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", "Stop, keep a copy, run `zhiyin restore`.", False),
    sqlite3.SQLITE_NOTADB: (
        "the file is not an intake log",
        "Move it aside or run `zhiyin restore`.",
        False,
    ),
    sqlite3.SQLITE_IOERR: ("the disk does not read or write", "Check the disk, then start again.", True),
}


def to_unavailable(error: sqlite3.Error, path: Path) -> Unavailable:
    """What happened to the log file at `path`, and what to do next."""
    # The primary code is the low byte; extended codes such as SQLITE_IOERR_FSYNC lie above it.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    what, next_step, is_retryable = _NEXT_STEPS.get(code, (str(error), "Run `zhiyin doctor`.", True))
    message = f"The intake log {path.name} does not answer: {what}."
    return Unavailable(message, next_step=next_step, is_retryable=is_retryable)
