"""What the quick look over a batch lets pass is what the full check would leave as it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.listen.blemishes import find_blemished
from zhiyin.listen.items import AuthorIn, FeedbackIn, RatingIn, ReplyIn, UnitIn
from zhiyin.listen.validation import check_item

NOW = datetime(2026, 3, 1, 22, tzinfo=timezone(timedelta(hours=-9)))
_NAMES = st.none() | st.text(alphabet=" |a奶\u3000\u200b\x00\x85\ud800", max_size=3) | st.just("x" * 65)
_SCALE = st.sampled_from([-1e300, -5.0, 0.0, 1.0, 5.0, 1e16, float("inf"), float("nan")])
_ZONES = st.none() | st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
_MOMENTS = st.datetimes(timezones=_ZONES) | st.datetimes(
    min_value=datetime.fromisoformat("2026-02-27"),
    max_value=datetime.fromisoformat("2026-03-05"),
    timezones=_ZONES,
)
_ITEMS = st.builds(
    FeedbackIn,
    external_id=st.sampled_from(["1", "a b", "a|", "", " ", " a", "a\n", "x" * 201, "\ud800"]),
    text=st.sampled_from(["好", "", " \n", "甲\n乙", "\x00", "\x85", "\ud83d", "\u202e右", "长" * 100_001]),
    source=_NAMES,
    channel=_NAMES,
    touchpoint=_NAMES,
    product=_NAMES,
    occurred_at=st.none() | _MOMENTS,
    unit=st.none() | st.builds(UnitIn, code=_NAMES, name=_NAMES),
    rating=st.none() | st.builds(RatingIn, value=_SCALE, best=_SCALE, worst=_SCALE),
    author=st.none() | st.builds(AuthorIn, name=_NAMES),
    reply=st.none() | st.builds(ReplyIn, text=st.just("谢谢")),
)


def item(**fields: Any) -> FeedbackIn:
    return FeedbackIn(**{"external_id": "1", "text": "好", **fields})


@given(st.lists(_ITEMS, max_size=6))
def test_what_passes_would_leave_the_full_check_as_it_is(items: list[FeedbackIn]) -> None:
    blemished = find_blemished(items, now=NOW)
    for row, one in enumerate(items):
        if row not in blemished:
            assert check_item(one, now=NOW) == one


def test_ordinary_items_pass() -> None:
    items = [
        item(
            external_id=f"a-{row}",
            channel="chat",
            product="奶 茶",
            occurred_at=datetime(2025, 1, row, tzinfo=UTC),
        )
        for row in range(1, 9)
    ]
    items.append(item(rating=RatingIn(value=4), unit=UnitIn(code="S1", name="人民路店"), text="甲\n乙"))
    assert find_blemished(items, now=NOW) == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"external_id": " 1"},
        {"text": "\x00"},
        {"text": ""},
        {"channel": ""},
        {"unit": UnitIn()},
        {"unit": UnitIn(code="S\u30001")},
        {"occurred_at": NOW + timedelta(days=2)},
        {"occurred_at": datetime(1989, 12, 31, tzinfo=UTC)},
        {"rating": RatingIn(value=float("nan"))},
        {"author": AuthorIn(name="王")},
    ],
)
def test_one_blemish_in_a_batch_marks_its_row_alone(fields: dict[str, Any]) -> None:
    assert find_blemished([item(), item(**fields), item()], now=NOW) == {1}
