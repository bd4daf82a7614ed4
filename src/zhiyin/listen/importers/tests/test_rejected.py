"""The file of rows that were not taken."""

import csv
import stat

from zhiyin.listen.importers.rejected import RejectedRows
from zhiyin.listen.importers.tables import BadRow


def bad(line, *cells):
    return BadRow(table="a.csv", line=line, code="unreadable_date", field="日期", cells=cells)


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_each_row_stands_with_line_field_and_reason_in_both_languages(tmp_path):
    rejected = RejectedRows(tmp_path / "r" / "import-1.csv")
    rejected.add([bad(7, "某天", "好")], names=("日期", "内容"))
    assert read(rejected.path) == [
        ["table", "line", "field", "reason", "原因", "日期", "内容"],
        ["a.csv", "7", "日期", "is no date that can be read", "不是可识别的日期", "某天", "好"],
    ]


def test_no_cell_is_run_by_a_spreadsheet(tmp_path):
    rejected = RejectedRows(tmp_path / "import-1.csv")
    rejected.add([bad(1, "=cmd|' /C calc'!A0", "@SUM(A1)", "-3.5", "+86 138", "\t=1+1")], names=("=x",))
    header, row = read(rejected.path)
    assert header[5] == "'=x"
    assert row[5:] == ["'=cmd|' /C calc'!A0", "'@SUM(A1)", "-3.5", "'+86 138", "'=1+1"]


def test_only_the_owner_can_read_it(tmp_path):
    rejected = RejectedRows(tmp_path / "import-1.csv")
    rejected.add([bad(1, "x")], names=("a",))
    assert stat.S_IMODE(rejected.path.stat().st_mode) == 0o600


def test_what_an_interrupted_run_wrote_too_much_is_cut_off(tmp_path):
    path = tmp_path / "import-1.csv"
    first = RejectedRows(path)
    first.add([bad(1, "x")], names=("a",))
    settled = first.n_bytes
    first.add([bad(2, "y")], names=("a",))
    again = RejectedRows(path, n_bytes=settled)
    again.add([bad(2, "y")], names=("a",))
    assert [row[1] for row in read(path)] == ["line", "1", "2"]


def test_strange_signs_do_not_break_it(tmp_path):
    rejected = RejectedRows(tmp_path / "import-1.csv")
    rejected.add([bad(1, "\ud83d", "\udcff", "a\0b", "\u202edcba", None, 5.0)], names=("a",))
    assert read(rejected.path)[1][5:] == ["?", "\ufffd", "ab", "\u202edcba", "", "5"]
