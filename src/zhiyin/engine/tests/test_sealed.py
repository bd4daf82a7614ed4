"""What a count of sealed things meets at unlucky moments."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from zhiyin.engine.sealed import LogBodies


def test_a_log_that_is_just_being_laid_out_counts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "intake.sqlite3"
    bodies = LogBodies(name="intake", path=path)
    assert bodies.count_by_version() == {}
    with closing(sqlite3.connect(path)) as log:
        log.execute("PRAGMA journal_mode = WAL")
    assert path.exists()
    assert bodies.count_by_version() == {}
