"""The lake at its door: commits, transactions, views, evolution, deletion."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import TableSpec, Transaction
from zhiyin.errors import Conflict, InvalidInput, NotFound


def query(lake, sql, *tables):
    with lake.connect(*tables) as connection:
        return connection.execute(sql).fetchall()


def test_rows_come_back_as_they_went_in(lake, rows, spec):
    sent = rows(50)
    assert lake.append("facts", sent)
    with lake.connect("facts") as connection:
        got = connection.sql("SELECT * FROM facts ORDER BY id").to_arrow_table()
    assert got.column_names == spec.schema.names
    assert got.to_pylist() == sent.to_pylist()
    assert got.schema.field("day").type == pa.date32()
    assert got.schema.field("at").type == pa.timestamp("us", tz="UTC")


def test_a_connection_of_some_days_holds_their_rows_alone(lake, rows):
    for number, day in enumerate((1, 2, 3)):
        lake.append("facts", rows(5, first=number * 5, day=date(2026, 1, day)))
    wanted = {"facts": [date(2026, 1, 2), date(2026, 1, 9)]}
    for n_rows in (5, 10):
        with lake.connect_days(wanted) as connection:
            found = connection.execute("SELECT day, count(*) FROM facts GROUP BY 1").fetchall()
        assert found == [(date(2026, 1, 2), n_rows)]
        lake.append("facts", rows(5, first=100, day=date(2026, 1, 2)))
    with lake.connect_days({"facts": []}) as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)


def test_a_transaction_has_its_effect_once(lake, rows):
    first = Transaction(app_id="worker-1", version=0)
    assert lake.append("facts", rows(10), transaction=first)
    assert not lake.append("facts", rows(10), transaction=first)
    assert lake.append("facts", rows(10, first=10), transaction=Transaction(app_id="worker-1", version=5))
    assert not lake.append("facts", rows(10), transaction=Transaction(app_id="worker-1", version=4))
    assert lake.append("facts", rows(10, first=20), transaction=Transaction(app_id="worker-2", version=0))
    assert query(lake, "SELECT count(*), count(DISTINCT id) FROM facts") == [(30, 30)]
    assert lake.last_version("facts", "worker-1") == 5
    assert lake.last_version("facts", "nobody") is None


def test_a_transaction_without_rows_is_remembered(lake, rows):
    assert lake.append("facts", rows(0), transaction=Transaction(app_id="w", version=3))
    assert not lake.append("facts", rows(5), transaction=Transaction(app_id="w", version=3))
    assert lake.append("facts", rows(0))
    assert query(lake, "SELECT count(*) FROM facts") == [(0,)]


def test_transactions_outlive_checkpoint_and_clean_up(tmp_path, lake, rows):
    for version in range(12):
        lake.append("facts", rows(5, first=version * 5), transaction=Transaction(app_id="w", version=version))
    lake.maintain()
    other = DeltaLake(tmp_path / "lake")
    assert other.last_version("facts", "w") == 11
    assert not other.append("facts", rows(5), transaction=Transaction(app_id="w", version=11))


def test_two_lakes_that_race_with_one_transaction_write_it_once(tmp_path, lake, rows):
    lakes = [lake, DeltaLake(tmp_path / "lake"), DeltaLake(tmp_path / "lake")]
    applied = []

    def write(one):
        for version in range(10):
            transaction = Transaction(app_id="shared", version=version)
            applied.append(one.append("facts", rows(4, first=version * 4), transaction=transaction))

    threads = [threading.Thread(target=write, args=(one,)) for one in lakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert query(lake, "SELECT count(*), count(DISTINCT id) FROM facts") == [
        (4 * sum(applied), 4 * sum(applied))
    ]
    assert sum(applied) == 10


def test_rows_inside_a_file_are_sorted_and_compressed(lake, rows):
    lake.append("facts", rows(1000))
    (file,) = lake.files("facts")
    times = pq.read_table(file, columns=["at"])["at"].to_pylist()
    assert times == sorted(times)
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_table_without_rows_has_its_columns(lake):
    described = query(lake, "DESCRIBE facts")
    assert [(name, kind) for name, kind, *_ in described] == [
        ("id", "VARCHAR"),
        ("worker", "INTEGER"),
        ("at", "TIMESTAMP WITH TIME ZONE"),
        ("text", "VARCHAR"),
        ("parts", 'STRUCT("name" VARCHAR, "start" INTEGER)[]'),
        ("day", "DATE"),
    ]
    assert lake.files("facts") == []


def test_columns_added_later_are_null_in_old_files_which_stay_untouched(lake, rows, spec):
    lake.append("facts", rows(10))
    before = lake.files("facts")
    wider = spec.schema.insert(2, pa.field("score", pa.float64())).append(
        pa.field("tags", pa.list_(pa.struct([("name", pa.string())])))
    )
    lake.create(TableSpec(name="facts", schema=wider))
    assert lake.files("facts") == before
    assert query(lake, "SELECT count(*), count(score), count(tags) FROM facts") == [(10, 0, 0)]
    new = rows(5, first=10).append_column("score", pa.array([0.5] * 5))
    lake.append("facts", new.append_column("tags", pa.array([[{"name": "x"}]] * 5)))
    lake.append("facts", rows(5, first=20))
    assert query(lake, "SELECT count(*), count(score), sum(score), count(tags) FROM facts") == [
        (20, 5, 2.5, 5)
    ]
    assert set(before) <= set(lake.files("facts"))


def test_compaction_joins_files_from_before_and_after_an_evolution(lake, rows, spec):
    for start in range(0, 100, 10):
        lake.append("facts", rows(10, first=start))
    lake.create(TableSpec(name="facts", schema=spec.schema.append(pa.field("score", pa.float64()))))
    lake.append("facts", rows(10, first=100).append_column("score", pa.array([1.0] * 10)))
    lake.maintain()
    assert len(lake.files("facts")) == 1
    assert query(lake, "SELECT count(*), sum(score), min(len(parts)) FROM facts") == [(110, 10.0, 1)]


def test_a_reader_in_another_process_follows_an_evolution(tmp_path, lake, rows, spec):
    other = DeltaLake(tmp_path / "lake")
    lake.append("facts", rows(10))
    assert query(other, "SELECT count(*) FROM facts") == [(10,)]
    lake.create(TableSpec(name="facts", schema=spec.schema.append(pa.field("score", pa.float64()))))
    assert query(other, "SELECT count(*), count(score) FROM facts") == [(10, 0)]
    assert other.append("facts", rows(3).append_column("score", pa.array([1.0, 2.0, 3.0])))
    assert query(lake, "SELECT count(*), count(score) FROM facts") == [(13, 3)]
    other.close()


def test_a_column_cannot_change_its_type(lake, spec):
    changed = spec.schema.set(1, pa.field("worker", pa.string()))
    with pytest.raises(Conflict, match="Column worker of table facts is int32, not string"):
        lake.create(TableSpec(name="facts", schema=changed))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.field("n", pa.uint64()), "unsigned"),
        (pa.field("n", pa.list_(pa.struct([("deep", pa.uint8())]))), "unsigned"),
        (pa.field("n", pa.timestamp("us")), "time zone"),
    ],
)
def test_types_that_spark_would_read_otherwise_are_refused(lake, spec, column, message):
    with pytest.raises(InvalidInput, match=message) as refusal:
        lake.create(TableSpec(name="other", schema=spec.schema.append(column)))
    assert refusal.value.field == "n"


def test_a_table_needs_a_day_and_a_plain_name(lake, spec):
    with pytest.raises(InvalidInput, match="column day"):
        lake.create(TableSpec(name="other", schema=pa.schema([("id", pa.string())])))
    with pytest.raises(InvalidInput, match="lower-case"):
        lake.create(TableSpec(name="../evil", schema=spec.schema))
    with pytest.raises(InvalidInput, match="no column zzz"):
        lake.create(TableSpec(name="other", schema=spec.schema, sort_by=("zzz",)))


def test_rows_that_do_not_fit_are_refused_with_their_column(lake, rows):
    with pytest.raises(InvalidInput, match="no column extra"):
        lake.append("facts", rows(1).append_column("extra", pa.array([1])))
    with pytest.raises(InvalidInput, match="Column worker of table facts takes int32"):
        lake.append("facts", rows(1).set_column(1, "worker", pa.array(["many"])))
    with pytest.raises(InvalidInput, match="needs a day"):
        lake.append("facts", rows(1).drop_columns(["day"]))
    assert query(lake, "SELECT count(*) FROM facts") == [(0,)]


def test_columns_that_are_missing_become_null_and_like_types_are_cast(lake, rows):
    part = rows(3).drop_columns(["parts", "worker"]).append_column("worker", pa.array([1, 2, 3], pa.int64()))
    lake.append("facts", part)
    assert query(lake, "SELECT count(parts), sum(worker) FROM facts") == [(0, 6)]


def test_update_and_delete_touch_the_rows_that_match_and_count_them(lake, rows):
    lake.append("facts", rows(100))
    lake.append("facts", rows(100, first=100, day=date(2026, 3, 2)))
    assert lake.update("facts", where="id = 'id-00000003'", values={"worker": "9"}) == 1
    assert lake.update("facts", where="id = 'nobody'", values={"worker": "9"}) == 0
    assert lake.delete("facts", where="id IN ('id-00000005', 'id-00000150')") == 2
    assert lake.delete("facts", where="day = '2026-03-02'") == 99
    assert query(lake, "SELECT count(*), sum(worker), min(len(parts)) FROM facts") == [(99, 9, 1)]


def test_update_and_delete_of_an_empty_table_match_nothing(lake):
    assert lake.update("facts", where="id = 'x'", values={"worker": "1"}) == 0
    assert lake.delete("facts", where="id = 'x'") == 0


def test_bad_conditions_are_told(lake, rows):
    lake.append("facts", rows(1))
    for where in ("nosuch = 1", "id ="):
        with pytest.raises(InvalidInput, match="does not understand"):
            lake.delete("facts", where=where)
    with pytest.raises(InvalidInput, match="no column zzz"):
        lake.update("facts", where="id = 'x'", values={"zzz": "1"})


def test_deleted_rows_leave_the_disk_with_the_next_vacuum(tmp_path, lake, rows):
    lake.append("facts", rows(10))
    (file,) = lake.files("facts")
    lake.delete("facts", where="id = 'id-00000003'")
    assert lake.vacuum("facts", keep_hours=1) == 0
    assert Path(file).exists()
    assert lake.vacuum("facts", keep_hours=0) == 1
    assert not Path(file).exists()
    left = [
        pq.read_table(path)["id"].to_pylist()
        for path in (tmp_path / "lake/facts").rglob("*.parquet")
        if "_delta_log" not in str(path)
    ]
    assert "id-00000003" not in set().union(*left)
    assert query(lake, "SELECT count(*) FROM facts") == [(9,)]


def test_vacuum_leaves_what_a_writer_has_not_committed_yet(tmp_path, lake, rows):
    lake.append("facts", rows(1))
    under_way = tmp_path / "lake/facts/day=2026-03-01/part-under-way.parquet"
    pq.write_table(rows(1).drop_columns(["day"]), under_way)
    lake.vacuum("facts", keep_hours=0)
    assert under_way.exists()


def test_unknown_tables_are_not_found(lake, rows):
    for ask in (
        lambda: lake.files("nosuch"),
        lambda: lake.append("nosuch", rows(1)),
        lambda: lake.connect("nosuch"),
    ):
        with pytest.raises(NotFound, match="no table nosuch"):
            ask()


def test_texts_do_not_stand_in_the_log(tmp_path, lake, rows):
    lake.append("facts", rows(10))
    entries = [path.read_text() for path in (tmp_path / "lake/facts/_delta_log").glob("*.json")]
    stats = [
        json.loads(action["add"]["stats"])
        for entry in entries
        for line in entry.splitlines()
        if "add" in (action := json.loads(line))
    ]
    assert stats
    assert all("text" not in one["minValues"] and "at" in one["minValues"] for one in stats)
    assert not any("上菜慢" in entry for entry in entries)
