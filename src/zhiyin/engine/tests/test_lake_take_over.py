"""One lake's rows put in place of another's: at once, also after a kill, with upkeep beside it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from zhiyin.engine.lake import DeltaLake, take_over
from zhiyin.engine.protocols import TableSpec, Transaction

TABLES = ("facts", "others")
COUNTS = "SELECT (SELECT max(worker) FROM facts), (SELECT max(worker) FROM others)"


def make(path: Path, spec: TableSpec, rows, *, worker: int, n: int = 10) -> DeltaLake:
    lake = DeltaLake(path)
    for name in TABLES:
        lake.create(TableSpec(name=name, schema=spec.schema, sort_by=spec.sort_by))
        for part in range(3):
            lake.append(name, rows(n, first=part * n, worker=worker))
    return lake


@pytest.fixture
def lake(tmp_path, spec, rows):
    return make(tmp_path / "lake", spec, rows, worker=1)


@pytest.fixture
def stage(tmp_path, spec, rows, lake):
    return make(tmp_path / "lake" / ".stage" / "1", spec, rows, worker=2, n=20)


def ask(lake: DeltaLake, sql: str):
    with lake.connect(*TABLES) as connection:
        return connection.execute(sql).fetchone()


def test_all_rows_are_those_of_the_other_lake(lake, stage):
    lake.append("facts", stage_rows := _all(lake, "facts"), transaction=Transaction(app_id="log", version=7))
    assert stage_rows.num_rows == 30
    lake.take_over(stage, *TABLES)
    assert ask(lake, COUNTS) == (2, 2)
    assert ask(lake, "SELECT count(*) FROM facts") == (60,)
    assert lake.last_version("facts", "log") == 7, "what was stored before is still known"
    assert not lake.finish_take_over()
    lake.append("facts", _all(stage, "facts"))
    lake.maintain()
    assert ask(lake, "SELECT count(*) FROM facts") == (120,)
    assert lake.delete("facts", where="day = DATE '2026-03-01' AND id = 'id-00000003'") == 2


def test_the_same_rows_may_be_taken_over_again(lake, stage):
    for _ in range(2):
        lake.take_over(stage, *TABLES)
        lake.vacuum("facts", keep_hours=0)
    assert ask(lake, "SELECT min(worker), count(*) FROM facts") == (2, 60)
    assert ask(lake, "SELECT min(worker), count(*) FROM others") == (2, 60)


def test_another_process_sees_it_and_the_other_lake_may_go(lake, stage, tmp_path):
    other = DeltaLake(tmp_path / "lake")
    assert ask(other, COUNTS) == (1, 1)
    lake.take_over(stage, *TABLES)
    for file in (tmp_path / "lake" / ".stage").rglob("*.parquet"):
        file.unlink()
    assert ask(other, COUNTS) == (2, 2)
    assert other.tables() == [*TABLES]


def test_no_reader_ever_sees_one_table_new_and_one_old(tmp_path, spec, rows, lake):
    seen, is_over = set(), threading.Event()

    def read():
        own = DeltaLake(tmp_path / "lake")
        while not is_over.is_set():
            seen.add(ask(own, COUNTS))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 8):
        lake.take_over(make(tmp_path / "lake" / ".stage" / str(number), spec, rows, worker=number), *TABLES)
    is_over.set()
    reader.join()
    assert len(seen) > 2
    assert all(one == other for one, other in seen), seen


def _die_between_tables(path: str, stage: str) -> None:
    commit = take_over._commit

    def commit_one(table, files, *, number):
        if table.name == "others":
            os._exit(9)
        commit(table, files, number=number)

    take_over._commit = commit_one
    DeltaLake(path).take_over(DeltaLake(stage), *TABLES)


def test_killed_between_two_tables_it_shows_the_old_ones_until_it_is_finished(lake, stage, tmp_path):
    context = multiprocessing.get_context("spawn")
    paths = (str(tmp_path / "lake"), str(tmp_path / "lake" / ".stage" / "1"))
    child = context.Process(target=_die_between_tables, args=paths)
    child.start()
    child.join()
    assert child.exitcode == 9
    assert ask(lake, COUNTS) == (1, 1)
    assert len(lake.files("facts")) == 3
    assert DeltaLake(tmp_path / "lake").finish_take_over()
    assert ask(lake, COUNTS) == (2, 2)
    assert ask(lake, "SELECT count(*) FROM facts") == (60,)
    assert not lake.finish_take_over()


def test_upkeep_at_the_same_time_brings_no_old_row_back(tmp_path, spec, rows, lake):
    keeper, is_over = DeltaLake(tmp_path / "lake"), threading.Event()

    def keep_up():
        while not is_over.is_set():
            keeper.maintain()

    thread = threading.Thread(target=keep_up)
    thread.start()
    for number in range(2, 6):
        stage = make(tmp_path / "lake" / ".stage" / str(number), spec, rows, worker=number)
        lake.take_over(stage, *TABLES)
        assert ask(lake, "SELECT min(worker), max(worker), count(*) FROM facts") == (number, number, 30)
    is_over.set()
    thread.join()


def _all(lake: DeltaLake, name: str):
    with lake.connect(name) as connection:
        return connection.execute(f"SELECT * FROM {name}").to_arrow_table()
