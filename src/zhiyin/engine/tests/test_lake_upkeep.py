"""Upkeep of the lake: compaction in order, vacuum with grace, a short log, cheap opening."""

from __future__ import annotations

import os
import threading
import time
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
from tests.costs import costs_at_most

from zhiyin.engine.lake import DeltaLake


@pytest.fixture
def lake(tmp_path, spec):
    lake = DeltaLake(tmp_path / "lake")
    lake.create(spec)
    yield lake
    lake.close()


def query(lake, sql):
    with lake.connect("facts") as connection:
        return connection.execute(sql).fetchone()


def test_small_files_of_each_day_become_one_and_its_rows_are_sorted(lake, rows):
    for number in range(6):
        lake.append("facts", rows(100, first=number * 100))
        lake.append("facts", rows(100, first=number * 100, day=date(2026, 3, 2)))
    lake.maintain()
    files = lake.files("facts")
    assert len(files) == 2
    for file in files:
        times = pq.ParquetFile(file).read(columns=["at"])["at"].to_pylist()
        assert len(times) == 600
        assert times == sorted(times)


def test_a_day_that_is_compact_is_left_alone(lake, rows):
    for number in range(4):
        lake.append("facts", rows(10, first=number * 10))
    lake.maintain()
    before = lake.files("facts")
    lake.maintain()
    assert lake.files("facts") == before


def test_the_log_stays_short_and_openable(tmp_path, lake, rows):
    log = tmp_path / "lake/facts/_delta_log"
    for number in range(45):
        lake.append("facts", rows(1, first=number))
    lake.maintain()
    assert len(list(log.glob("*.checkpoint.parquet"))) == 1
    lake.maintain()
    assert len(list(log.glob("*.checkpoint.parquet"))) == 1, "not one at each round"
    reopened = DeltaLake(tmp_path / "lake")
    assert query(reopened, "SELECT count(*) FROM facts") == (45,)
    reopened.close()


def test_maintaining_an_empty_lake_does_nothing(tmp_path, lake):
    lake.maintain()
    DeltaLake(tmp_path / "nowhere").maintain()
    assert not (tmp_path / "nowhere").exists()


def test_readers_and_writers_never_notice_upkeep(tmp_path, lake, rows):
    other = DeltaLake(tmp_path / "lake")
    is_done = threading.Event()
    faults = []
    n_rounds = 0

    def write():
        for number in range(60):
            lake.append("facts", rows(10, first=number * 10))
            if number % 20 == 10:
                lake.update("facts", where=f"id = 'id-{number * 10:08d}'", values={"worker": "1"})
        is_done.set()

    def read():
        last = 0
        while not is_done.is_set():
            n, n_ids = query(other, "SELECT count(*), count(DISTINCT id) FROM facts")
            if n % 10 or n != n_ids or n < last:
                faults.append((last, n, n_ids))
            last = n

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    while not is_done.is_set():
        lake.maintain()
        n_rounds += 1
    for thread in threads:
        thread.join()
    other.close()
    assert faults == []
    assert n_rounds > 1
    assert query(lake, "SELECT count(*), count(DISTINCT id), sum(worker) FROM facts") == (600, 600, 3)


def test_a_reader_that_is_under_way_keeps_its_files_through_upkeep(lake, rows):
    for number in range(5):
        lake.append("facts", rows(1000, first=number * 1000))
    with lake.connect("facts") as connection:
        lake.maintain()
        assert len(lake.files("facts")) == 1
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (5000,)


def test_leftovers_of_killed_writers_go_after_a_day(tmp_path, lake, rows):
    lake.append("facts", rows(1))
    fresh, old = (tmp_path / f"lake/facts/day=2026-03-01/part-{name}.parquet" for name in ("fresh", "old"))
    for path in (fresh, old):
        pq.write_table(rows(1).drop_columns(["day"]), path)
    two_days_ago = time.time() - 48 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    lake.maintain()
    assert fresh.exists()
    assert not old.exists()
    assert query(lake, "SELECT count(*) FROM facts") == (1,)


def test_a_long_idle_reader_catches_up_though_the_log_was_cut(tmp_path, lake, rows):
    other = DeltaLake(tmp_path / "lake")
    lake.append("facts", rows(1))
    assert query(other, "SELECT count(*) FROM facts") == (1,)
    for number in range(1, 25):
        lake.append("facts", rows(1, first=number))
    lake.maintain()
    log = tmp_path / "lake/facts/_delta_log"
    newest = max(log.glob("*.checkpoint.parquet")).name.split(".")[0]
    for path in log.glob("*.json"):
        if path.stem < newest:
            path.unlink()
    other._tables["facts"]._reader._opened_at -= 601
    assert query(other, "SELECT count(*) FROM facts") == (25,)
    other.close()


@pytest.mark.slow
def test_opening_three_tables_is_cheap(tmp_path, lake, rows, spec):
    for name in ("one", "two", "three"):
        lake.create(type(spec)(name=name, schema=spec.schema, sort_by=spec.sort_by))
        for number in range(5):
            lake.append(name, rows(10, first=number * 10, day=date(2026, 3, 1) + timedelta(days=number)))
    assert costs_at_most(0.005, lambda: lake.connect("one", "two", "three").close())
