"""Traits in their places, and properties with private data covered."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.customers.events.masking import mask_properties
from zhiyin.customers.events.traits import sort_traits


def test_traits_go_where_they_belong_whatever_way_they_are_written():
    traits = sort_traits(
        {
            "Phone": "138 1234 5678",
            "E-Mail": "wang@example.com",
            "union_id": "oAbc",
            "member_id": 10086,
            "firstName": "思远",
            "lastName": "陈",
            "address": {"street": "中山路 1 号", "city": "上海"},
            "birthday": "1990-01-01",
            "plan": "gold",
            "visits": 3.0,
            "vip": True,
            "empty": "",
            "nothing": None,
        }
    )
    assert {one.type: one.value for one in traits.identities} == {
        "phone": "138 1234 5678",
        "email": "wang@example.com",
        "wechat_unionid": "oAbc",
        "member": "10086",
    }
    assert not any(one.verified for one in traits.identities)
    assert (traits.name, traits.address) == ("陈思远", "中山路 1 号 上海")
    assert traits.sealed == {"birthday": "1990-01-01"}
    assert traits.open == {"plan": "gold", "visits": "3", "vip": "true"}


def test_private_data_is_covered_however_deep_it_stands():
    given_ = {
        "phone": 13812345678,
        "contact": {"mail": "a@b.com", "list": ["打 13912345678", {"openid": "oX1"}]},
        "number": 13812345678,
        "total": 31.5,
        "count": 12,
        "ok": True,
        "name": "杨枝甘露",
    }
    [text] = mask_properties([json.dumps(given_).encode()])
    said = json.loads(text)
    assert said["phone"] == said["contact"]["mail"] == said["contact"]["list"][1]["openid"] == "***"
    assert "13912345678" not in text
    assert "13812345678" not in text
    assert (said["total"], said["count"], said["ok"], said["name"]) == (31.5, 12, True, "杨枝甘露")


_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(max_size=8), _JSON, max_size=4))
def test_any_object_can_be_masked_and_sorted(value):
    data = json.dumps(value).encode()
    [text] = mask_properties([data])
    assert isinstance(json.loads(text), dict)
    sort_traits(value)
