# ruff: noqa: DTZ001 - what a file holds often names no zone
"""XLSX and XLS."""

import datetime as dt
import zipfile

import openpyxl
import pytest

from zhiyin.errors import InvalidInput


@pytest.fixture
def workbook(tmp_path):
    def make(sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return make


@pytest.fixture
def rewritten(workbook, tmp_path):
    """A workbook with one of its XML parts replaced."""

    def make(change):
        path = workbook({"a": [["text"], ["好"]]})
        out = tmp_path / "changed.xlsx"
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
        return out

    return make


def test_all_sheets_are_read_with_their_lines(workbook, read_all):
    path = workbook({"一店": [["日期", "评论"], ["2024-01-01", "好"]], "空": [], "二店": [["评论"], ["差"]]})
    read = read_all(path)
    assert [row["评论"] for row in read.rows] == ["好", "差"]
    assert read.lines == [2, 2]


def test_sheets_can_be_chosen_and_a_missing_one_is_told(workbook, read_all):
    path = workbook({"a": [["text"], ["x"]], "b": [["text"], ["y"]]})
    assert [row["text"] for row in read_all(path, sheets=("b",)).rows] == ["y"]
    with pytest.raises(InvalidInput, match="no sheet"):
        read_all(path, sheets=("c",))


def test_dates_and_numbers_keep_their_kind(workbook, take):
    moment = dt.datetime(2024, 5, 6, 7, 8, 9)
    items = take(
        workbook({"a": [["时间", "评分", "评论内容"], [moment, 4, "好"], [moment, 5.0, "很好"]]})
    ).items
    assert items[0].occurred_at == moment
    assert items[1].rating.value == 5


def test_formula_cells_give_the_saved_value_and_never_run(rewritten, read_all):
    def change(name, content):
        if name == "xl/worksheets/sheet1.xml":
            cell = b'<row r="3"><c r="A3" t="str"><f>WEBSERVICE("http://x.invalid")</f><v>saved</v></c></row></sheetData>'
            return content.replace(b"</sheetData>", cell)
        return content

    assert [row["text"] for row in read_all(rewritten(change)).rows] == ["好", "saved"]


def test_a_cell_at_the_end_of_the_world_does_not_fill_the_memory(rewritten, read_all):
    def change(name, content):
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return content.replace(b"</sheetData>", far)

    with pytest.raises(InvalidInput, match="nearly all empty"):
        read_all(rewritten(change))


def test_a_billion_laughs_stay_unlaughed(rewritten, read_all):
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">' + entities + b"]>"

    def change(name, content):
        if name.endswith(("sheet1.xml", "sharedStrings.xml")):
            body = content.partition(b"?>")[2] if content.startswith(b"<?xml") else content
            return head + body.replace("好".encode(), b"&l9;")
        return content

    try:
        read = read_all(rewritten(change))
    except InvalidInput:
        return
    assert all(len(str(row["text"])) < 100 for row in read.rows)


def test_a_truncated_workbook_is_told(workbook, write, read_all):
    content = workbook({"a": [["text"], *[[f"第{n}条"] for n in range(500)]]}).read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        with pytest.raises(InvalidInput):
            read_all(write("cut.xlsx", content[: int(len(content) * share)]))


def test_a_packed_bomb_in_a_workbook_is_refused(rewritten, read_all):
    def change(name, content):
        return b"0" * 60_000_000 if name.endswith("sheet1.xml") else content

    with pytest.raises(InvalidInput, match="unpacks to far more"):
        read_all(rewritten(change))


def test_an_old_style_file_that_is_no_workbook_is_refused(write, read_all):
    with pytest.raises(InvalidInput):
        read_all(write("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000))
