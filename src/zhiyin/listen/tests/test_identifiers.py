"""Identifiers in normal form; what says nothing names nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.listen.identifiers import identifier_types, read_identifier


@pytest.mark.parametrize(
    ("type_", "one", "other", "shown"),
    [
        ("phone", "138 1111 2222", "+86-138-1111-2222", "+8613811112222"),
        ("phone", "0086１３８１１１１２２２２", "13811112222", "+8613811112222"),
        ("phone", "021-54321234", "+86 21 5432 1234", "+862154321234"),
        ("phone", "+1 415 555 2671", "+14155552671", "+14155552671"),
        ("email", "A.Person@Mail.example", " a.person@mail.example ", "a.person@mail.example"),
        ("member", "ts 001", "TS  001", "ts 001"),
        ("order", "#A-77", "a-77", "#A-77"),
        ("plate", "粤B·12345", "粤b 12345", "粤B12345"),
    ],
)
def test_two_ways_of_writing_are_one_identifier(type_: str, one: str, other: str, shown: str) -> None:
    first = read_identifier(type_, one, source="a")
    second = read_identifier(type_, other, source="b")

    assert first is not None
    assert second is not None
    assert first.name == second.name
    assert first.shown == shown


@pytest.mark.parametrize("type_", [*identifier_types(), "vip"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "无",
        "暂无",
        "N/A",
        "none",
        "null",
        "test",
        "00000000",
        "----",
        "🌸",
        "9" * 10_000,
        "138****2222",
    ],
)
def test_what_says_nothing_names_nobody(type_: str, value: str) -> None:
    assert read_identifier(type_, value, source="shop") is None


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("phone", "13800138000"),
        ("phone", "138 0013 8000"),
        ("phone", "12"),
        ("phone", "call me"),
        ("email", "noreply@shop.example"),
        ("email", "nobody"),
        ("member", "M1🌸"),
        ("name_address", "张三|上海"),
        ("", "M1"),
        ("x" * 40, "M1"),
    ],
)
def test_what_is_none_of_its_type_names_nobody(type_: str, value: str) -> None:
    assert read_identifier(type_, value, source="shop") is None


def test_an_account_means_something_only_where_it_is_from() -> None:
    found = {
        one.name
        for type_, source in [
            ("wechat_openid", "app"),
            ("wechat_openid", "shop"),
            ("wechat_openid@wx1", "app"),
            ("wechat_openid@wx1", "shop"),
            ("wechat_unionid", "app"),
            ("wechat_unionid", "shop"),
        ]
        if (one := read_identifier(type_, "oAbC-1", source=source))
    }
    assert len(found) == 4


@given(st.text(max_size=300), st.sampled_from([*identifier_types(), "vip"]))
def test_no_value_breaks_it(value: str, type_: str) -> None:
    found = read_identifier(type_, value, source="shop")
    assert found is None or (found.normal and found.name)
