"""What is left uncovered of identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.customers.identifiers.masking import mask_identifier

TYPES = [
    *("phone", "email", "member", "wechat_openid", "platform_user", "order", "device", "plate"),
    *("name", "address", "name_address", "birthday", "something_else"),
]


@pytest.mark.parametrize(
    ("type", "value", "shown"),
    [
        ("phone", "13812345678", "138****5678"),
        ("phone", "+8613812345678", "138****5678"),
        ("phone", "+86 138-1234-5678", "138****5678"),
        ("phone", "１３８１２３４５６７８", "138****5678"),
        ("phone", "+4915112345678", "+49****5678"),
        ("phone", "021-5555 1234", "****1234"),
        ("phone", "12345", "****"),
        ("phone", "无", "****"),
        ("email", "wang.li@example.com", "w***@example.com"),
        ("email", "无", "****"),
        ("email", "@example.com", "****"),
        ("member", "M-00293847", "****3847"),
        ("member", "M1234", "****34"),
        ("member", "1234", "****"),
        ("plate", "京A12345", "京A****45"),
        ("name", "王小丽", "王**"),
        ("name", "Mary Ann Smith", "M*** A*** S***"),
        ("address", "上海市浦东新区世纪大道100号3栋502", "上海市浦东新区****"),
        ("address", "12 High Street, London", "****"),
        ("name_address", "王小丽|上海市徐汇区漕溪路1号", "王** 上海市徐汇区****"),
        ("birthday", "1990-05-17", "1990-**-**"),
        ("wechat_openid", "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "****VJJE"),
        ("phone", "", "****"),
    ],
)
def test_each_type_keeps_what_people_compare_by(type: str, value: str, shown: str) -> None:
    assert mask_identifier(type, value) == shown


@given(st.sampled_from(TYPES), st.text(max_size=300))
def test_whatever_is_given_is_shown_short_and_covered(type: str, value: str) -> None:
    shown = mask_identifier(type, value)
    assert "**" in shown
    assert len(shown) <= 100


@given(
    st.sampled_from(["phone", "member", "order", "device"]), st.text("0123456789", min_size=9, max_size=30)
)
def test_no_number_shows_more_than_its_ends(type: str, value: str) -> None:
    shown = mask_identifier(type, value)
    assert value not in shown
    assert sum(sign.isdigit() for sign in shown) <= 7


def test_ten_thousand_signs_are_covered_at_once() -> None:
    assert mask_identifier("address", "区" * 10_000).endswith("****")
    assert len(mask_identifier("email", "a@" + "b" * 10_000)) < 100
