"""The doctor finds what was broken on purpose, and nothing in a healthy home."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.doctor import examine_engine
from zhiyin.engine.home import Home
from zhiyin.engine.log import SqliteIntakeLog


@pytest.fixture
def home(tmp_path, spec, rows, new_message):
    home = Home(tmp_path / "home")
    engine = open_engine(home)
    engine.log.append([new_message(number, n_items=10) for number in range(5)])
    engine.lake.create(spec)
    engine.lake.append("facts", rows(20))
    close_engine()
    yield home
    close_engine()


def troubles(home):
    return [finding for finding in examine_engine(home) if finding.level != "ok"]


def active_file(home):
    (path,) = open_engine(home).lake.files("facts")
    return Path(path)


def test_a_healthy_home_is_well(home):
    assert troubles(home) == []
    messages = " ".join(finding.message for finding in examine_engine(home))
    assert "50 items in 5 messages wait" in messages
    assert "Table facts is whole: 20 rows in 1 files" in messages


def test_an_empty_home_is_well(tmp_path):
    assert troubles(Home(tmp_path / "nothing")) == []
    assert not (tmp_path / "nothing").exists()


def test_a_missing_file_of_the_lake_is_found(home):
    active_file(home).unlink()
    (finding,) = troubles(home)
    assert (finding.check, finding.level) == ("lake.facts", "error")
    assert "missing or damaged" in finding.message
    assert "rebuild" in finding.next_step


def test_a_file_cut_short_is_found(home):
    path = active_file(home)
    path.write_bytes(path.read_bytes()[:-20])
    assert [finding.level for finding in troubles(home)] == ["error"]


def test_a_file_with_other_rows_is_found(home, rows):
    pq.write_table(rows(3).drop_columns(["day"]), active_file(home))
    assert "damaged" in troubles(home)[0].message


def test_a_table_without_its_log_is_found(home):
    for path in (home.lake / "facts/_delta_log").glob("*.json"):
        path.write_text("{nonsense")
    (finding,) = troubles(home)
    assert "does not open" in finding.message


def test_old_orphans_are_warned_of(home, rows):
    orphan = home.lake / "facts/day=2026-03-01/part-orphan.parquet"
    pq.write_table(rows(3).drop_columns(["day"]), orphan)
    assert troubles(home) == []
    old = time.time() - 48 * 3600
    os.utime(orphan, (old, old))
    (finding,) = troubles(home)
    assert (finding.level, finding.message[:7]) == ("warning", "1 files")


def test_a_damaged_log_is_found(home):
    shutil.copy(home.intake, home.intake.with_suffix(".copy"))
    with home.intake.open("r+b") as file:
        for page in range(1, 4):
            file.seek(page * 16_384)
            file.write(os.urandom(16_384))
    (finding,) = troubles(home)
    assert (finding.check, finding.message) == ("log", "The intake log is damaged.")
    home.intake.write_bytes(b"no database" * 100)
    assert troubles(home)[0].message == "The intake log is damaged."


def test_a_message_that_is_taken_again_and_again_is_found(home):
    now = [time.time()]
    log = SqliteIntakeLog(home.intake, clock=lambda: now[0])
    for _ in range(5):
        log.lease(max_items=10, lease_seconds=1)
        now[0] += 2
    log.close()
    (finding,) = troubles(home)
    assert finding.level == "warning"
    assert "taken 5 times and never finished (such as 1)" in finding.message


def test_a_reader_that_is_hours_behind_is_warned_of(tmp_path, new_message):
    home = Home(tmp_path)
    log = SqliteIntakeLog(home.intake, clock=lambda: time.time() - 7200)
    log.append([new_message(1)])
    log.close()
    (finding,) = troubles(home)
    assert "the oldest for 72" in finding.message
    assert "zhiyin worker" in finding.next_step


def test_keys_that_others_can_read_are_an_error(home):
    home.keys.mkdir(mode=0o755)
    (finding,) = troubles(home)
    assert (finding.check, finding.level) == ("keys", "error")
