# ruff: noqa: DTZ001 - what a file holds often names no zone
"""Dates in many forms."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.listen.importers.dates import Unreadable, guess_form, parse_time, parse_times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019/4/25 9:32:09", datetime(2019, 4, 25, 9, 32, 9)),
        ("2019年4月25日", datetime(2019, 4, 25)),
        ("2019年4月25日 9时32分", datetime(2019, 4, 25, 9, 32)),
        ("2019年4月25日 下午3:05", datetime(2019, 4, 25, 15, 5)),
        ("2019.04.25", datetime(2019, 4, 25)),
        ("2019-04-25", datetime(2019, 4, 25)),
        ("2019-04-25T09:32:09.123Z", datetime(2019, 4, 25, 9, 32, 9, 123000, tzinfo=UTC)),
        ("2019-04-25 09:32:09 +0800", datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)),
        ("20190425", datetime(2019, 4, 25)),
        ("20190425093209", datetime(2019, 4, 25, 9, 32, 9)),
        ("2019/4", datetime(2019, 4, 1)),
        ("25 Apr 2019", datetime(2019, 4, 25)),
        ("Apr 25, 2019", datetime(2019, 4, 25)),
        ("2019-04-25 12:05 AM", datetime(2019, 4, 25, 0, 5)),
    ],
)
def test_a_written_date_is_read(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    ("cell", "form", "expected"),
    [
        (43580.5, "serial", datetime(2019, 4, 25, 12)),
        ("43580", "serial", datetime(2019, 4, 25)),
        ("1556155929", "epoch_s", datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)),
        (1556155929000, "epoch_ms", datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)),
        ("3/4/2024", "mdy", datetime(2024, 3, 4)),
        ("3/4/2024", "dmy", datetime(2024, 4, 3)),
        (date(2019, 4, 25), "ymd", datetime(2019, 4, 25)),
    ],
)
def test_a_number_is_read_in_the_columns_form(cell, form, expected):
    assert parse_time(cell, form=form) == expected


@pytest.mark.parametrize(
    "text", ["好", "2019-13-45", "99", "2019-02-30", "1e999", "0", "2019/4/25 25:00", "9" * 50]
)
def test_what_is_no_date_is_marked(text):
    assert isinstance(parse_time(text), Unreadable)


def test_an_empty_cell_is_no_date_and_no_fault():
    assert parse_times(["", None, "  "], form="ymd") == [None, None, None]


def test_one_day_beyond_twelve_tells_the_order_of_the_whole_column():
    assert guess_form(["3/4/2024", "5/6/2024"]) == "mdy"
    assert guess_form(["3/4/2024", "25/6/2024"]) == "dmy"


def test_words_and_small_numbers_are_no_column_of_dates():
    assert guess_form(["好", "坏"]) is None
    assert guess_form(["1", "5", "3"]) is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))
def test_every_moment_comes_back_from_its_chinese_form(moment):
    moment = moment.replace(microsecond=0)
    text = (
        f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}:{moment.minute:02}:{moment.second:02}"
    )
    assert parse_time(text) == moment


@given(st.one_of(st.text(max_size=80), st.floats(), st.integers()))
def test_no_cell_breaks_the_reader(cell):
    assert isinstance(parse_time(cell), datetime | Unreadable | None)
