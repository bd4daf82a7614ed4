from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.listen.faults import Fault
from zhiyin.listen.items import (
    AuthorIn,
    FeedbackIn,
    IdentityIn,
    MediaIn,
    RatingIn,
    ReplyIn,
    TurnIn,
    UnitIn,
)
from zhiyin.listen.validation import check_item

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEAR_ONE, YEAR_9999, EIGHT_IN_BEIJING = (
    datetime.fromisoformat(text) for text in ("0001-01-01", "9999-12-31", "2026-01-01T08:00")
)


def item(**fields: Any) -> FeedbackIn:
    return FeedbackIn(**{"external_id": "1", "text": "好", **fields})


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"external_id": "  "}, "external_id", "missing"),
        ({"external_id": "x" * 201}, "external_id", "too_long"),
        ({"text": "", "turns": []}, "text", "says_nothing"),
        ({"text": " \n "}, "text", "says_nothing"),
        ({"text": "长" * 100_001}, "text", "too_long"),
        ({"occurred_at": YEAR_ONE}, "occurred_at", "too_early"),
        ({"occurred_at": datetime(1989, 12, 31, tzinfo=UTC)}, "occurred_at", "too_early"),
        ({"occurred_at": YEAR_9999}, "occurred_at", "too_late"),
        ({"occurred_at": NOW + timedelta(days=1, minutes=1)}, "occurred_at", "too_late"),
        ({"reply": ReplyIn(text="谢谢", at=YEAR_ONE)}, "reply.at", "too_early"),
        ({"rating": RatingIn(value=6)}, "rating.value", "outside_scale"),
        ({"rating": RatingIn(value=float("nan"))}, "rating.value", "not_finite"),
        ({"rating": RatingIn(value=1, best=1, worst=1)}, "rating", "empty_scale"),
        ({"media": [MediaIn(url="javascript:alert(1)")]}, "media.url", "not_a_link"),
        ({"media": [MediaIn(url="https://a b")]}, "media.url", "not_a_link"),
        ({"media": [MediaIn(url="https://a")] * 51}, "media", "too_many"),
        ({"unit": UnitIn()}, "unit", "unnamed_unit"),
        ({"unit": UnitIn(name="\u200b")}, "unit", "unnamed_unit"),
        ({"channel": "c" * 65}, "channel", "too_long"),
        ({"attributes": {str(i): "x" for i in range(51)}}, "attributes", "too_many"),
        (
            {"turns": [TurnIn(speaker="customer", text="好", start_seconds=-1)]},
            "turns.start_seconds",
            "negative",
        ),
        ({"turns": [TurnIn(speaker="customer", text="长" * 100_001)]}, "turns", "too_long"),
        (
            {"author": AuthorIn(identities=[IdentityIn(type="", value="1")])},
            "author.identities.type",
            "missing",
        ),
    ],
)
def test_a_fault_names_its_field(fields: dict[str, Any], field: str, code: str) -> None:
    fault = check_item(item(**fields), now=NOW)
    assert isinstance(fault, Fault)
    assert (fault.field, fault.code) == (field, code)
    assert fault.reason("en")
    assert fault.reason("zh-CN") != fault.reason("en")


def test_a_rating_alone_says_something() -> None:
    assert isinstance(check_item(item(text="", rating=RatingIn(value=0, worst=0)), now=NOW), FeedbackIn)


def test_times_without_a_zone_are_beijings() -> None:
    checked = check_item(item(occurred_at=EIGHT_IN_BEIJING), now=NOW)
    assert isinstance(checked, FeedbackIn)
    assert checked.occurred_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_untidy_signs_are_replaced_and_the_rest_is_kept() -> None:
    checked = check_item(
        item(text="好\ud83d\x00吃\n\u202e对", product="  奶\n茶 ", touchpoint="\x01 "), now=NOW
    )
    assert isinstance(checked, FeedbackIn)
    assert checked.text == "好\ufffd吃\n\u202e对"
    assert checked.product == "奶 茶"
    assert checked.touchpoint is None


def test_an_item_without_blemish_comes_back_itself() -> None:
    whole = item(channel="chat", product="奶茶")
    assert check_item(whole, now=NOW) is whole


@given(
    text=st.text(max_size=50),
    external_id=st.text(max_size=250),
    when=st.none() | st.datetimes(),
    value=st.floats(),
    best=st.floats(),
)
def test_any_values_give_an_item_or_a_fault(
    text: str, external_id: str, when: datetime | None, value: float, best: float
) -> None:
    rating = RatingIn(value=value, best=best)
    checked = check_item(item(text=text, external_id=external_id, occurred_at=when, rating=rating), now=NOW)
    if isinstance(checked, FeedbackIn):
        checked.text.encode()  # storable
        assert check_item(checked, now=NOW) == checked
