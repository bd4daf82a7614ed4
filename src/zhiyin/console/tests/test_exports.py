"""Tables as files are whole, typed, and harmless in a spreadsheet."""

from __future__ import annotations

import asyncio
import csv
import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory
from openpyxl import load_workbook

from zhiyin.console.exports import stream_table, wanted_format

COLUMNS = ["门店", "评分", "时间"]
MOMENT = datetime(2026, 11, 3, 6, 5, tzinfo=UTC)


def _body(response):
    return b"".join(response.streaming_content)


def _export(rows, form):
    request = RequestFactory().get("/")
    return stream_table(request, name="评分 表", columns=COLUMNS, rows=rows, form=form, n_rows=2)


def test_csv_opens_in_a_spreadsheet_as_chinese():
    response = _export([("北辰店", 4.5, MOMENT), ("=1+1", None, None)], "csv")
    text = _body(response).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        COLUMNS,
        ["北辰店", "4.5", "2026-11-03 14:05+08:00"],
        ["'=1+1", "", ""],
    ]
    assert response["X-Row-Count"] == "2"
    assert "filename*=UTF-8''%E8%AF%84%E5%88%86%20%E8%A1%A8.csv" in response["Content-Disposition"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_calculate_stays_text(text):
    in_csv = _body(_export([(text, 1, None)], "csv")).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(in_csv, newline="")))[1][0] == f"'{text}"
    cell = load_workbook(io.BytesIO(_body(_export([(text, 1, None)], "xlsx")))).active["A2"]
    assert cell.data_type == "s"


def test_a_sheet_keeps_numbers_and_times():
    book = load_workbook(io.BytesIO(_body(_export([("北辰店", 4.5, MOMENT)], "xlsx"))))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows == [tuple(COLUMNS), ("北辰店", 4.5, datetime(2026, 11, 3, 14, 5))]  # noqa: DTZ001


def test_under_asgi_rows_leave_as_they_are_made():
    made = []

    def rows():
        for number in range(2_000):
            made.append(number)
            yield (str(number), number, None)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    request = ASGIRequest(scope, io.BytesIO())
    response = stream_table(request, name="x", columns=COLUMNS, rows=rows(), form="csv")

    async def read():
        pieces = []
        async for piece in response.streaming_content:
            if len(pieces) == 2:
                assert 0 < len(made) < 2_000
            pieces.append(piece)
        return b"".join(pieces)

    assert asyncio.run(read()).count(b"\n") == 2_001


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_large_table_is_never_held_whole(form):
    tracemalloc.start()
    rows = ((f"门店{number}", number, MOMENT) for number in range(100_000))
    n_bytes = sum(len(piece) for piece in _export(rows, form).streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_bytes > 1_000_000
    assert peak < 8_000_000


def test_an_unknown_format_is_csv():
    assert [wanted_format(text) for text in ("xlsx", "csv", "pdf", "")] == ["xlsx", "csv", "csv", "csv"]
