"""The lake's DuckDB connections: what they see, and what they may use."""

from __future__ import annotations

from datetime import UTC, datetime

from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import TableSpec


def query(lake, sql, *tables):
    with lake.connect(*tables) as connection:
        return connection.execute(sql).fetchall()


def test_every_table_is_seen_where_none_is_named_and_times_are_utc(lake, rows, spec):
    lake.create(TableSpec(name="more", schema=spec.schema))
    lake.append("more", rows(2))
    assert query(lake, "SELECT count(*) FROM facts JOIN more USING (id)") == [(0,)]
    assert query(lake, "SELECT current_setting('TimeZone')") == [("UTC",)]
    ((at,),) = query(lake, 'SELECT min("at") FROM more', "more")
    assert at == datetime(2026, 3, 1, tzinfo=UTC)


def test_threads_and_memory_of_duckdb_can_be_set(tmp_path, spec):
    lake = DeltaLake(tmp_path, n_threads=1, memory_limit_bytes=256 * 1024 * 1024)
    settings = query(lake, "SELECT current_setting('threads'), current_setting('memory_limit')")
    assert settings == [(1, "256.0 MiB")]
    lake.close()


def test_a_query_larger_than_memory_spills_into_the_lake_folder_and_cleans_up(tmp_path, spec, rows):
    lake = DeltaLake(tmp_path / "lake", n_threads=1, memory_limit_bytes=24 * 1024 * 1024)
    lake.create(spec)
    lake.append("facts", rows(200_000))
    wide = "SELECT count(*) FROM (SELECT *, row_number() OVER (ORDER BY text DESC) FROM facts)"
    assert query(lake, wide) == [(200_000,)]
    assert query(lake, "SELECT current_setting('temp_directory')") == [(f"{tmp_path}/lake/.spill",)]
    assert lake.tables() == ["facts"]
    lake.close()
    assert not list((tmp_path / "lake").glob(".spill/*"))


def test_a_connection_stands_still_while_rows_arrive(lake, rows):
    lake.append("facts", rows(5))
    with lake.connect("facts") as connection:
        lake.append("facts", rows(5, first=5))
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (5,)
    assert query(lake, "SELECT count(*) FROM facts") == [(10,)]
