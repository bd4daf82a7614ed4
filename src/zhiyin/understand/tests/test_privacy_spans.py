from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.costs import costs_at_most

from zhiyin.errors import InvalidInput
from zhiyin.understand.contract import PRIVATE_KINDS
from zhiyin.understand.privacy import compile_patterns, find_private, mask
from zhiyin.understand.text import fold_batch

SENTIMENT = Path(__file__).parents[5] / "shared" / "data" / "sentiment"
PIECES = st.sampled_from(
    [
        "13912345678",
        "王",
        "先生",
        "微信",
        "abc123",
        "@",
        "qq.com",
        "\n",
        "订单号",
        "6222021234567890128",
        "路12号",
        "3栋502室",
        "京A12345",
        "我叫",
        "李雷",
        "，",
        "\ud800",
        "一三八",
        "010-62345678",
        "<br>",
        "😀",
        "客服",
        " ",
        "\u200b",
        "+86",
    ]
)


@given(
    st.lists(
        st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(st.characters(), max_size=20)),
        max_size=6,
    )
)
def test_spans_are_sorted_apart_and_within_their_text_and_the_mask_keeps_every_length(texts):
    batch = fold_batch(texts)
    spans = find_private(batch)
    masked = mask(batch, spans)
    assert [len(text) for text in masked] == [len(text) for text in batch.texts]
    places = list(zip(spans.text_index.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True))
    assert places == sorted(places)
    for index, start, end in places:
        assert 0 <= start < end <= len(batch.texts[index])
        assert masked[index][start:end] == "*" * (end - start)
    for (one, _, end), (other, start, _) in itertools.pairwise(places):
        assert one < other or end <= start


@given(st.lists(st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=6))
def test_texts_of_a_batch_do_not_look_at_one_another(texts):
    together = mask(batch := fold_batch(texts), find_private(batch))
    assert together == [mask(one := fold_batch([text]), find_private(one))[0] for text in texts]


def test_the_mask_covers_the_datum_and_leaves_the_title():
    batch = fold_batch(["王先生说打139 1234 5678", "很好吃"])
    assert mask(batch, find_private(batch)) == ["*先生说打*************", "很好吃"]


def test_masked_text_holds_nothing_private_any_more():
    texts = [
        "我叫李雷，电话13912345678，住中山路12号3栋502室",
        "微信abc12345 qq 12345678 订单号TB20210405001",
    ]
    batch = fold_batch(texts)
    again = fold_batch(mask(batch, find_private(batch)))
    assert len(find_private(again)) == 0


def test_a_company_names_its_own_order_numbers():
    batch = fold_batch(["单子是 ZY-2021-0042，急", "zy-2021-0043\n尾", "无", "型号AZY-2021-00421"])
    spans = find_private(batch, patterns=compile_patterns(["ＺＹ-####-####"]))
    assert {PRIVATE_KINDS[kind] for kind in spans.kind.tolist()} == {"order_number"}
    assert spans.text_index.tolist() == [0, 1]


def test_letters_and_either_have_places_of_their_own():
    batch = fold_batch(["会员 VIP@8k2x9", "会员 vip1234"])
    spans = find_private(batch, patterns=compile_patterns(["#@#@#", "vip####"]))
    assert [
        (int(i), int(a), int(b)) for i, a, b in zip(spans.text_index, spans.start, spans.end, strict=True)
    ] == [
        (0, 7, 12),
        (1, 3, 10),
    ]


def test_a_pattern_means_its_signs_and_cannot_reach_into_the_next_text():
    batch = fold_batch(["编号 (a+)+777", "888 完"])
    spans = find_private(batch, patterns=compile_patterns(["(a+)+###?"]))
    assert spans.start.tolist() == []
    spans = find_private(batch, patterns=compile_patterns(["(@+)+###"]))
    assert spans.start.tolist() == [3]


@pytest.mark.parametrize("masks", [["XZ"], ["###"], ["#" * 41], ["####\n####"], ["####"] * 51])
def test_an_unusable_pattern_is_named_with_the_way_out(masks):
    with pytest.raises(InvalidInput) as caught:
        compile_patterns(masks)
    assert caught.value.field == "private_patterns"
    assert "XZ####" in caught.value.next_step


def test_where_two_kinds_overlap_every_sign_of_both_stays_covered():
    batch = fold_batch(["微信13912345678", "订单号：13912345678转1"])
    masked = mask(batch, find_private(batch))
    assert "1391" not in "".join(masked)
    assert "5678" not in "".join(masked)


def test_an_empty_batch_holds_nothing_private():
    batch = fold_batch([])
    assert len(find_private(batch)) == 0
    assert mask(batch, find_private(batch)) == []


HOSTILE = [
    "1",
    "1 ",
    "1-",
    "138 ",
    "@",
    "a@",
    "a.@",
    "x@y.",
    "<a ",
    "&#1",
    "先生",
    "王先生",
    "我叫王小",
    "微信a",
    "qq1",
    "路1号",
    "1栋",
    "一号",
    "京a1",
    "\ud800",
    "\u202e",
    "\n",
    "鍛抽亾",
    "å¾ˆå¥½",
    "😀",
    "+1 ",
    "(010)",
    "电话1",
    "订单a1",
    "园1栋",
    "姓名:",
    "Mr. A",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_cost_time_in_proportion_to_their_length(unit):
    n_signs = 100_000
    text = (unit * n_signs)[:n_signs]
    batch = fold_batch([text])
    # Some 0.2 s here; anything quadratic takes minutes.
    assert costs_at_most(3, lambda: mask(fold_batch([text]), find_private(fold_batch([text]))))
    assert len(mask(batch, find_private(batch))[0]) == len(batch.texts[0])


@pytest.mark.data
@pytest.mark.parametrize("name", ["shopping.csv", "takeaway.csv", "electronics.csv"])
def test_few_real_reviews_are_said_to_hold_private_data(name):
    if not SENTIMENT.exists():
        pytest.skip("the public data sets are not there (../shared/data/sentiment)")
    with (SENTIMENT / name).open(encoding="utf-8", newline="") as file:
        texts = [row.get("review") or row.get("sentence") or "" for row in csv.DictReader(file)]
    spans = find_private(fold_batch(texts))
    # Read by hand: nine of ten of these do name a person, an order, a phone; so 0.6 % is 0.1 % false.
    assert len(np.unique(spans.text_index)) <= 0.006 * len(texts)
