"""Files of records: columns guessed, bad rows told, twice the same file no second row."""

from __future__ import annotations

import csv

import openpyxl
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.records.importing import import_records
from zhiyin.listen.services.imports.report import ImportRequest

ORDERS = """订单编号,下单时间,送达时间,门店编码,商品名称,数量,实付金额,骑手,班次,手机号
A1,2026-06-01 12:30,2026-06-01 13:05,S1,奶茶,2,¥36.00,骑手7,晚班,13800001111
A2,2026/6/2 09:10,2026/6/2 09:31,S1,果茶,1,15元,骑手7,早班,
A3,昨天,,S1,果茶,1,15,骑手8,早班,
A4,2026-06-02 10:00,,S404,果茶,1,15,骑手8,早班,
A5,2026-06-02 10:00,,S1,果茶,一杯,15,骑手8,早班,
"""


@pytest.fixture
def load(engine, store, tmp_path):
    def run(text, *, holds="purchases", encoding="utf-8", name="file.csv", **options):
        path = tmp_path / name
        if isinstance(text, str):
            path.write_bytes(text.encode(encoding))
        else:
            text.save(path)
        request = ImportRequest(holds=holds, source="pos", **options)
        return import_records(path, request=request, engine=engine)

    return run


def test_a_chinese_file_is_understood_without_a_word_and_bad_rows_say_why(load, rows):
    report = load(ORDERS, encoding="gb18030")
    assert (report.n_rows, report.n_accepted, report.n_rejected) == (5, 2, 3)
    assert rows("SELECT product, quantity, amount, courier, shift FROM purchases ORDER BY ordered_at") == [
        ("奶茶", 2.0, 36.0, "骑手7", "晚班"),
        ("果茶", 1.0, 15.0, "骑手7", "早班"),
    ]
    assert rows("SELECT epoch(delivered_at - ordered_at) / 60 FROM purchases ORDER BY ordered_at")[0] == (
        35.0,
    )
    named = "count(*) FILTER (customer_key <> order_key), count(order_key)"
    assert rows(f"SELECT {named} FROM purchases") == [(1, 2)]
    with report.rejected_file.open(encoding="utf-8-sig") as file:
        told = [(row["line"], row["field"], row["原因"][:6]) for row in csv.DictReader(file)]
    assert told == [
        ("4", "下单时间", "不是可识别的"),
        ("5", "门店编码", "没有这个组织"),
        ("6", "数量", "不是可识别的"),
    ]


def test_the_same_file_twice_adds_nothing_and_a_changed_row_replaces(load, rows):
    load(ORDERS)
    again = load(ORDERS, name="copy.csv")
    assert (again.n_accepted, again.n_unchanged, again.n_rejected) == (0, 2, 3)
    changed = load(ORDERS.replace("¥36.00", "¥40.00"))
    assert (changed.n_accepted, changed.n_unchanged) == (1, 1)
    assert rows("SELECT sum(amount), count(*) FROM purchases") == [(55.0, 2)]


def test_without_a_column_of_ids_the_row_itself_is_the_id(load, rows):
    text = "下单时间,门店,商品\n2026-06-01 10:00,一店,奶茶\n2026-06-01 10:00,一店,奶茶\n"
    assert load(text).n_accepted == 2
    assert load(text).n_unchanged == 2
    assert rows("SELECT count(*) FROM purchases") == [(2,)]


def test_contacts_in_a_workbook_with_minutes_clocks_and_yes(load, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["通话编号", "来电时间", "等待分钟", "通话时长", "转接次数", "是否解决", "工单号"])
    sheet.append(["C1", "2026-06-01 10:00:00", 2.5, "03:20", 1, "是", "W1"])
    sheet.append(["C2", "2026-06-01 11:00:00", 1, "1分10秒", 0, "不知道", "W1"])
    report = load(book, holds="contacts", name="calls.xlsx")
    assert (report.n_accepted, report.n_rejected) == (1, 1)
    assert rows("SELECT waited_s, talked_s, n_transfers, is_resolved FROM contacts") == [
        (150.0, 200.0, 1, True)
    ]


def test_inspections_as_json_lines_with_the_dimension_in_chinese(load, rows):
    lines = '{"检查日期": "2026-06-01", "门店编码": "S1", "大类": "清洁", "检查项": "地面", "得分": 9,'
    lines += ' "满分": 10}\n'
    assert load(lines, holds="inspections", name="qsc.jsonl").n_accepted == 1
    assert rows("SELECT dimension, item, score, max_score FROM inspections") == [
        ("cleanliness", "地面", 9.0, 10.0)
    ]


def test_what_the_user_says_of_a_column_stands_above_the_guess(load, rows):
    text = "id,date,门店编码,价签,金额\n1,2026-06-01,S1,20,18\n"
    load(text, overrides=("amount=价签",))
    assert rows("SELECT amount FROM purchases") == [(20.0,)]


@pytest.mark.parametrize(
    ("holds", "options", "words"),
    [
        ("purchases", {}, "No column holds what every row needs: ordered_at"),
        ("inspections", {"unit": "S1"}, "occurred_at, dimension, item, score"),
        ("purchases", {"overrides": ("amonut=a",)}, "There is no field"),
        ("purchases", {"overrides": ("amount=c",)}, "There is no column"),
    ],
)
def test_a_file_that_cannot_be_such_records_is_refused_with_what_lacks(load, holds, options, words):
    with pytest.raises(InvalidInput, match=words):
        load("a,b\n1,2\n", holds=holds, **options)
