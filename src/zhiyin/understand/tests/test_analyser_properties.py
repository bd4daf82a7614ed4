"""Whatever the text, the answer keeps the contract: offsets within the text, known names, no exception."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.understand import Analyser
from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS, SIGNALS
from zhiyin.understand.text import fold_batch

WORDS = """菜 好吃 不 不是 但是 上菜 慢 ， 。 等了 四十分钟 半 个小时 2 . h 天 问了 三次 没有 如果 太 甜 …
😡 not good the 打 没通 ａ 麵 13812345678 服务员 王经理 <b> &amp; 叫小王的服务员 人工客服都打不通"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", "\ud800", "\u202e", "\x00"])
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


@pytest.fixture(scope="module")
def analyser():
    return Analyser(taxonomy="restaurant")


def check(text, row):
    size = len(row["masked_text"])
    # Offsets are those of the repaired text: mojibake ("ä½\xa0") shrinks to what was meant.
    assert size == len(fold_batch([text]).texts[0])
    for one in (*row["opinions"], *row["signals"], *row["private"]):
        assert 0 <= one["start"] < one["end"] <= size
    for one in row["opinions"]:
        span = row["masked_text"][one["start"] : one["end"]]
        assert one["term"] in span
        assert one["opinion"] in span
        assert one["term"] or one["opinion"]
        assert 0 <= one["confidence"] <= 1
    for field, names in (("emotions", EMOTIONS), ("intents", INTENTS), ("needs", NEEDS)):
        found = [one["name"] for one in row[field]]
        assert set(found) <= set(names)
        assert len(set(found)) == len(found)
    assert {one["kind"] for one in row["signals"]} <= set(SIGNALS)
    assert (row["urgency"]["level"] == 0) == (row["urgency"]["reasons"] == [])
    if row["sentiment"]:
        assert -1 <= row["sentiment"]["score"] <= 1
        assert 0 <= row["sentiment"]["confidence"] <= 1


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXTS, max_size=6))
def test_any_batch_is_answered_within_the_contract(analyser, texts):
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    batch = pa.RecordBatch.from_pydict({"text": pa.array(texts, type=pa.string())})
    result = analyser.analyse_batch(batch)
    result.validate(full=True)
    for text, row in zip(texts, result.to_pylist(), strict=True):
        check(text, row)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, neighbours=st.lists(TEXTS, max_size=3))
def test_neighbours_change_nothing_but_who_is_a_copy(analyser, text, neighbours):
    texts = [one.encode("utf-8", "replace").decode() for one in (text, *neighbours)]
    batch = pa.RecordBatch.from_pydict({"text": pa.array(texts, type=pa.string())})
    together = analyser.analyse_batch(batch).to_pylist()[0]
    alone = analyser.analyse_batch(batch.slice(0, 1)).to_pylist()[0]
    assert alone == together
