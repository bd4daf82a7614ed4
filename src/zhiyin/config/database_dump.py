"""The operational database in a backup, where it is not the SQLite file of the home."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from zhiyin.errors import Unavailable

_VARIABLE = "ZHIYIN_DATABASE_URL"


def choose_dump() -> Callable[[Path], None] | None:
    """What writes the database to a file: `pg_dump` on PostgreSQL, None for the file of the home."""
    return _dump if _is_postgres() else None


def choose_load() -> Callable[[Path], None] | None:
    """What reads that file back: `pg_restore` on PostgreSQL, replacing the tables; None otherwise."""
    return _load if _is_postgres() else None


def _is_postgres() -> bool:
    return os.environ.get(_VARIABLE, "").startswith("postgres")


def _dump(target: Path) -> None:
    _run("pg_dump", "--format=custom", f"--file={target}", f"--dbname={os.environ[_VARIABLE]}")


def _load(source: Path) -> None:
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        f"--dbname={os.environ[_VARIABLE]}",
        str(source),
    )


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise Unavailable(
            f"{program} is not installed.", next_step="Install the PostgreSQL client.", is_retryable=False
        )
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        # The message may name rows; the first line says what is wrong.
        first_line = done.stderr.strip().splitlines()[:1]
        raise Unavailable(f"{program} failed: {''.join(first_line)}", next_step=f"Check {_VARIABLE}.")
