"""`zhiyin analyze`: one object a data row, whatever the form of the file."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

ROWS = [("id", "内容", "评分"), (1, "上菜慢", 2), (2, "", 5), (3, "好吃", 5)]


def _rows(result) -> list[tuple[int, str]]:
    assert result.returncode == 0, result.stderr.decode()
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    return [(one["row"], one["masked_text"]) for one in objects]


def test_a_line_of_standard_input_is_a_text(zhiyin):
    result = zhiyin("analyze", "--taxonomy", "restaurant", stdin="菜好吃但是上菜慢，等了四十分钟\n\n")
    assert _rows(result) == [(0, "菜好吃但是上菜慢，等了四十分钟"), (1, "")]
    opinions = {
        one["aspect"]: one["polarity"] for one in json.loads(result.stdout.splitlines()[0])["opinions"]
    }
    assert opinions == {"dish_taste": "positive", "service_serving_speed": "negative"}
    assert result.stderr == b""


@pytest.mark.parametrize("table", ["csv", "xlsx", "jsonl"])
def test_empty_texts_keep_their_row(zhiyin, tmp_path, table):
    path = tmp_path / f"said.{table}"
    if table == "csv":
        path.write_text("\n".join(",".join(map(str, row)) for row in ROWS), encoding="gb18030")
    elif table == "jsonl":
        lines = (json.dumps(dict(zip(ROWS[0], row, strict=True)), ensure_ascii=False) for row in ROWS[1:])
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        book = Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    assert _rows(zhiyin("analyze", str(path), "--text", "内容")) == [(0, "上菜慢"), (1, ""), (2, "好吃")]


def test_rows_that_cannot_be_read_keep_their_place(zhiyin, tmp_path):
    (tmp_path / "bad.csv").write_text(
        "id,内容,评分\n1,好吃,5\n2,多,了,一列,3\n\n3,难吃,1\n", encoding="utf-8"
    )
    assert _rows(zhiyin("analyze", "bad.csv")) == [(0, "好吃"), (1, ""), (2, "难吃")]


def test_broken_json_lines_keep_their_place(zhiyin):
    said = '{"内容":"好吃"}\n{broken\n{"内容":"难吃"}\n'
    assert _rows(zhiyin("analyze", stdin=said)) == [(0, "好吃"), (1, ""), (2, "难吃")]


def test_voices_in_the_form_of_the_api_are_understood(zhiyin):
    said = (
        '{"external_id":"1","turns":[{"speaker":"staff","text":"您好"},{"speaker":"customer","text":"好吃"}]}'
    )
    assert _rows(zhiyin("analyze", "-", stdin=said)) == [(0, "好吃")]


def test_private_data_is_masked_in_the_output(zhiyin):
    assert b"13800138000" not in zhiyin("analyze", stdin="打我电话13800138000，太难吃了\n").stdout


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_an_output_file_has_every_row(zhiyin, tmp_path, reviews, name):
    result = zhiyin("analyze", str(reviews), "--output", name)
    assert (result.returncode, result.stdout) == (0, b"")
    path = tmp_path / name
    n_rows = (
        pq.read_metadata(path).num_rows
        if name.endswith("parquet")
        else len(path.read_text().splitlines()) - name.endswith("csv")
    )
    assert n_rows == 20
    assert [one.name for one in tmp_path.glob(".out*")] == []


def test_a_summary_as_json_is_nothing_but_json(zhiyin, reviews):
    result = zhiyin("analyze", str(reviews), "--summary", "--json")
    voices = json.loads(result.stdout)["voices"]
    # The same words again and again are counted once.
    assert voices["n"] + voices["n_duplicates"] == 20


@pytest.mark.parametrize(
    ("arguments", "told", "exit_code"),
    [
        (("nowhere.csv",), "There is no such file.", 3),
        (("empty.csv",), "The file is empty.", 3),
        (("reviews.csv", "--text", "没有"), "There is no column “没有”.", 3),
        (("reviews.csv", "--taxonomy", "none"), "The taxonomy 'none'", 3),
        (("reviews.csv", "--output", "no/where.csv"), "The output cannot be written", 3),
        (("reviews.csv", "--output", "out.doc"), "An output cannot end in '.doc'.", 3),
    ],
)
@pytest.mark.usefixtures("reviews")
def test_what_cannot_be_done_is_one_line_and_an_exit_code(zhiyin, tmp_path, arguments, told, exit_code):
    (tmp_path / "empty.csv").touch()
    result = zhiyin("analyze", *arguments)
    assert result.returncode == exit_code
    assert told in result.stderr.decode()
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == b""


def test_a_reader_that_leaves_is_no_error(environment, tmp_path):
    (tmp_path / "many.txt").write_text("好吃\n" * 5_000, encoding="utf-8")
    line = f"set -o pipefail; {sys.executable} -m zhiyin analyze many.txt | head -1"
    result = subprocess.run(
        ["bash", "-c", line], env=environment, cwd=tmp_path, capture_output=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout)["row"] == 0
