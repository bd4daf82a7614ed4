from __future__ import annotations

import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.listen.faults import Fault
from zhiyin.listen.http.bodies import MAX_BODY_BYTES, inflate, parse
from zhiyin.listen.http.problems import ProblemError
from zhiyin.listen.items import FeedbackIn

JSON = "application/json"
GOOD = b'{"external_id":"1","text":"a"}'


def refusal(body: bytes, content_type: str = JSON) -> str:
    with pytest.raises(ProblemError) as caught:
        parse(body, content_type=content_type)
    return caught.value.code


def fault(body: bytes) -> Fault:
    (found,) = parse(body, content_type=JSON).items
    assert isinstance(found, Fault)
    return found


def test_one_object_an_array_and_lines_are_read() -> None:
    assert parse(GOOD, content_type=JSON).is_single
    assert len(parse(b"[" + GOOD + b"," + GOOD + b"]", content_type=JSON).items) == 2
    lines = parse(GOOD + b"\n\n" + GOOD + b"\r\n", content_type="application/x-ndjson; charset=utf-8")
    assert [type(one) for one in lines.items] == [FeedbackIn, FeedbackIn]


def test_one_bad_item_does_not_stop_the_others() -> None:
    items = parse(b"[" + GOOD + b',{"text":"a"},' + GOOD + b"]", content_type=JSON).items
    assert isinstance(items[0], FeedbackIn)
    assert items[1] == Fault(field="external_id", code="missing")
    assert isinstance(items[2], FeedbackIn)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (b"1", "", "wrong_type"),
        (b'{"external_id":1}', "external_id", "wrong_type"),
        (b'{"external_id":"1","text":"a","color":1}', "color", "unknown_field"),
        (b'{"external_id":"1","rating":{"value":1e999}}', "rating.value", "wrong_type"),
        (b'{"external_id":"1","rating":{"value":' + b"9" * 5000 + b"}}", "rating.value", "wrong_type"),
        (b'{"external_id":"1","text":"\xff"}', "", "not_utf8"),
        (b'{"external_id":"1",', "", "malformed"),
        (b'{"external_id":"1","attributes":' + b"[" * 100_000, "attributes", "wrong_type"),
        (b'{"external_id":"1","turns":[{"speaker":"dog","text":""}]}', "turns[0].speaker", "wrong_type"),
    ],
)
def test_a_bad_item_says_where_and_why(body: bytes, field: str, code: str) -> None:
    found = fault(body)
    assert (found.field, found.code) == (field, code)
    assert found.reason("zh")


def test_half_a_sign_is_replaced_in_an_object_and_in_an_array() -> None:
    half = b'{"external_id":"1","text":"\\ud83d!"}'
    for body in (half, b"[" + GOOD + b"," + half + b"]"):
        last = parse(body, content_type=JSON).items[-1]
        assert isinstance(last, FeedbackIn)
        assert last.text == "\ufffd!"


def test_bodies_that_are_no_json_are_refused() -> None:
    assert refusal(b"[" + GOOD) == "malformed"
    assert refusal(b"[" * 100_000) == "malformed"
    assert refusal(b"") == "no_items"
    assert refusal(b"[]") == "no_items"
    assert refusal(GOOD, "text/html") == "unsupported_type"
    assert refusal(GOOD, "application/json; charset=gbk") == "unsupported_type"


def test_more_than_a_thousand_items_are_refused_in_every_form() -> None:
    assert refusal(b"[" + b",".join([GOOD] * 1001) + b"]") == "too_large"
    assert refusal(b"[" + b",".join([b"1"] * 1001) + b"]") == "too_large"
    assert refusal(b"[" + b",".join([b"1"] * 2_000_000) + b"]") == "too_large"
    assert refusal(b"\n".join([GOOD] * 1001), "application/x-ndjson") == "too_large"


def test_gzip_is_inflated_in_one_or_several_parts() -> None:
    assert inflate(gzip.compress(b"ab") + gzip.compress(b"c"), encoding="gzip") == b"abc"


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [
        (gzip.compress(b"abc", mtime=0)[:-4], "gzip", "malformed_gzip"),
        (b"abc", "gzip", "malformed_gzip"),
        (gzip.compress(b"abc", mtime=0) + b"rest", "gzip", "malformed_gzip"),
        (gzip.compress(b"\0" * (MAX_BODY_BYTES + 1), mtime=0), "gzip", "too_large"),
        (gzip.compress(b"\0" * MAX_BODY_BYTES, mtime=0) * 2, "gzip", "too_large"),
        (b"abc", "br", "unsupported_encoding"),
    ],
)
def test_bad_and_bloated_gzip_is_refused(body: bytes, encoding: str, code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        inflate(body, encoding=encoding)
    assert caught.value.code == code


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)
_FIELDS = st.sampled_from(["external_id", "text", "rating", "turns", "author", "unit", "attributes", "x"])


@given(st.lists(st.dictionaries(_FIELDS, _VALUES), min_size=1, max_size=5))
def test_any_json_gives_items_or_faults(values: list[object]) -> None:
    items = parse(json.dumps(values).encode(), content_type=JSON).items
    assert len(items) == len(values)


@given(st.binary(max_size=200), st.sampled_from([JSON, "application/x-ndjson"]))
def test_any_bytes_give_items_or_a_problem(body: bytes, content_type: str) -> None:
    with contextlib.suppress(ProblemError):
        assert parse(body, content_type=content_type).items
