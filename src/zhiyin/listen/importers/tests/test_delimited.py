"""Delimited text, good and broken."""

from pathlib import Path

import pytest
from tests.costs import costs_at_most

from zhiyin.errors import InvalidInput


@pytest.mark.parametrize(("delimiter", "shown"), [(",", ","), ("\t", "tab"), (";", ";"), ("|", "|")])
def test_the_delimiter_is_found(write, read_all, delimiter, shown):
    lines = ["id{}text{}stars", "1{}好吃，下次再来{}5", '2{}"一般; 有点, 贵"{}3']
    path = write("a.csv", "\n".join(line.replace("{}", delimiter) for line in lines))
    read = read_all(path)
    assert f"delimiter {shown}" in read.notes
    assert [row["stars"] for row in read.rows] == ["5", "3"]


def test_embedded_newlines_and_doubled_quotes_are_kept(write, read_all):
    read = read_all(write("a.csv", 'id,text\n1,"第一行\n第二行"\n2,"他说""好"""\n'))
    assert [row["text"] for row in read.rows] == ["第一行\n第二行", '他说"好"']
    assert read.lines == [2, 4]


def test_a_quote_that_never_closes_costs_one_row(write, read_all):
    rows = "".join(f"{n},不错的一家店\n" for n in range(3, 200))
    read = read_all(write("a.csv", f'id,text\n1,好\n2,"没有结束\n{rows}'))
    assert len(read.rows) == 198
    assert [(bad.line, bad.code) for bad in read.bad] == [(3, "quote_open")]


def test_a_line_with_stray_quotes_is_taken_as_it_stands(write, read_all):
    read = read_all(write("a.csv", 'id,text\n1,"好"的酒店\n2,"很好"，"非常好"\n3,x\n'))
    assert [row["text"] for row in read.rows] == ['"好"的酒店', '"很好"，"非常好"', "x"]


def test_a_row_with_the_wrong_number_of_fields_is_named_and_the_rest_taken(write, read_all):
    read = read_all(write("a.csv", "id,text\n1,a,b\n2\n3,c\n4,d,,\n"))
    assert [row["id"] for row in read.rows] == ["3", "4"]
    assert [(bad.line, bad.code, bad.values) for bad in read.bad] == [
        (2, "wrong_width", ("3", "2")),
        (3, "wrong_width", ("1", "2")),
    ]


def test_names_are_made_unique_and_empty_ones_get_a_name(write, read_all):
    read = read_all(write("a.csv", "描述,,描述,text\na,b,c,d\n"))
    assert read.rows == [{"描述": "a", "column_2": "b", "描述.1": "c", "text": "d"}]


def test_a_file_without_header_is_recognised(write, read_all):
    read = read_all(write("a.csv", "1,2024-01-02,非常好吃，下次再来\n2,2024-01-03,太慢了\n"))
    assert "no header" in read.notes
    assert len(read.rows) == 2


def test_one_column_of_words_without_header_loses_no_row(write, read_all):
    read = read_all(
        write("a.csv", "这家店的服务真的非常好，老板很热情，下次还来\n味道不错就是等位太久了，排了一个小时\n")
    )
    assert len(read.rows) == 2


def test_the_header_can_be_settled_by_hand(write, read_all):
    path = write("a.csv", "好,坏\n很好,很坏\n")
    assert len(read_all(path, has_header=False).rows) == 2
    assert len(read_all(path, has_header=True).rows) == 1


def test_a_ten_megabyte_cell_is_read_whole(write, read_all):
    big = "长" * 3_500_000
    read = read_all(write("a.csv", f"id,text\n1,{big}\n2,short\n"))
    assert [len(row["text"]) for row in read.rows] == [3_500_000, 5]


def test_nuls_say_nothing(write, read_all):
    assert read_all(write("a.csv", b"id,text\n1,go\0od\n")).rows == [{"id": "1", "text": "good"}]


def test_old_line_endings_are_understood(write, read_all):
    assert len(read_all(write("a.csv", "id,text\r1,a\r2,b\r")).rows) == 2
    assert len(read_all(write("b.csv", "id,text\r\n1,a\r\n\r\n2,b")).rows) == 2


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\0\0\0\0"])
def test_a_file_without_rows_says_so(write, read_all, content):
    with pytest.raises(InvalidInput):
        read_all(write("a.csv", content))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 text", b"\x89PNG\r\n\x1a\n", b"\x7fELF\x02\x01", bytes(range(256))]
)
def test_a_file_that_is_no_table_is_refused(write, read_all, content):
    with pytest.raises(InvalidInput, match="Save it as one of"):
        read_all(write("a.csv", content))


def test_a_folder_a_missing_file_and_a_device_are_refused(tmp_path, read_all):
    for path in (tmp_path, tmp_path / "none.csv", Path("/dev/zero")):
        with pytest.raises(InvalidInput):
            read_all(path)


@pytest.mark.parametrize("delimiter", ["ab", "\n", '"'])
def test_a_delimiter_that_makes_no_sense_is_refused(write, read_all, delimiter):
    with pytest.raises(InvalidInput, match="delimiter"):
        read_all(write("a.csv", "id,text\n1,a\n"), delimiter=delimiter)


def test_many_stray_quotes_cost_no_quadratic_time(write, read_all):
    path = write("a.csv", "id,text\n" + "".join(f'{n},"a,"b\n' for n in range(30_000)))
    assert costs_at_most(10, lambda: read_all(path))
