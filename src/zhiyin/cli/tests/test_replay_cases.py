"""`zhiyin replay-cases`: past appeals in a home of their own."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

ROWS = """id,date_raw,title,text,first_reply,n_transfers,days_to_final_reply
1,2019-08-05,路灯不亮,三天没亮了,已修好,3,4
2,12/31/2016,井盖丢了,在路口,已补上,0,2
3,soon,丙,丙,好,1,1
"""


@pytest.fixture
def appeals(tmp_path):
    path = tmp_path / "appeals.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def scratch(tmp_path, lay_home):
    """A home as an earlier replay left it, so that nothing need be migrated."""
    home = lay_home(tmp_path / "scratch")
    (home / "replayed-cases").touch()
    return home


def _count_cases(home):
    with closing(sqlite3.connect(home / "zhiyin.sqlite3")) as connection:
        return connection.execute("SELECT count(*) FROM respond_case").fetchone()[0]


@pytest.mark.usefixtures("appeals")
def test_a_replay_fills_its_own_home_tells_the_figures_and_names_bad_rows(
    zhiyin, environment, tmp_path, scratch
):
    arguments = ("replay-cases", "appeals.csv", "--home", "scratch", "--output", "rows.csv", "--json")
    told = zhiyin(*arguments)
    assert told.returncode == 8, told.stderr.decode()
    figures = json.loads(told.stdout)
    assert (figures["n_cases"], figures["n_transfers"], figures["mean_days"]) == (2, 3, 3.0)
    said = told.stderr.decode()
    assert "3 rows: 2 replayed, 0 replayed before, 1 refused." in said
    assert "line 4, date: The date cannot be read. Write it as 2019-08-05." in said
    assert len((tmp_path / "rows.csv").read_text(encoding="utf-8-sig").splitlines()) == 4
    assert _count_cases(scratch) == 2
    assert _count_cases(type(scratch)(environment["ZHIYIN_HOME"])) == 0
    again = zhiyin(*arguments, ZHIYIN_LANGUAGE="zh").stderr.decode()
    assert "3 行：重放 0，之前已重放 2，拒收 1。" in again
    assert "日期读不出来。请写成 2019-08-05 这样。" in again
    assert _count_cases(scratch) == 2


@pytest.mark.usefixtures("appeals")
def test_a_home_that_holds_anything_else_is_never_written_to(zhiyin, environment):
    refused = zhiyin("replay-cases", "appeals.csv", "--home", environment["ZHIYIN_HOME"])
    assert refused.returncode == 6
    assert "no replay" in refused.stderr.decode()
