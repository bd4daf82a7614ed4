"""Homes whose database stands already: the migrations run once in a run of the tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

LayHome = Callable[[Path], Path]


@pytest.fixture(scope="session")
def lay_home(tmp_path_factory: pytest.TempPathFactory) -> LayHome:
    """Makes a home as `zhiyin` leaves it after its first migration, nothing else in it; returns its path.

    Seconds cheaper than a virgin home, for whatever starts processes and is not about their first start.
    """

    def lay(home: Path) -> Path:
        home.mkdir(mode=0o700, parents=True)
        shutil.copyfile(_migrated(tmp_path_factory), home / "zhiyin.sqlite3")
        return home

    return lay


def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one migrated database of this run, made by the first of its processes that asks."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each worker has a folder of its own below that of the run
    made = folder / "migrated.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate(folder / "migrated-home").replace(made)
    return made


def _migrate(home: Path) -> Path:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIYIN_")}
    settings = {"ZHIYIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"}
    command = [sys.executable, "-m", "django", "migrate", "-v", "0"]
    subprocess.run(command, env={**kept, **settings}, check=True)
    with closing(sqlite3.connect(home / "zhiyin.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home / "zhiyin.sqlite3"
