from __future__ import annotations

import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.understand.text import fold_batch
from zhiyin.understand.text.table import folding_table

ANY_TEXT = st.text(st.characters(), max_size=40)  # surrogates and controls included


def folded(text: str | None) -> str:
    batch = fold_batch([text])
    return batch.joined[:-1]


@given(st.lists(st.one_of(st.none(), ANY_TEXT), max_size=8))
def test_folding_turns_one_sign_into_one_and_ends_each_text_with_one_line_end(texts):
    batch = fold_batch(texts)
    assert batch.joined == "".join(map(chr, batch.codes.tolist()))
    assert len(batch.starts) == len(texts) + 1
    parts = batch.joined.split("\n")
    assert parts.pop() == ""
    assert [len(part) for part in parts] == [len(text) for text in batch.texts]
    for index, part in enumerate(parts):
        assert batch.joined[batch.starts[index] : batch.starts[index + 1] - 1] == part
    assert batch.lengths.tolist() == [len(text) for text in batch.texts]
    assert len(batch.owners()) == len(batch.codes)
    "".join(batch.texts).encode("utf-8")


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_what_was_folded_once_folds_to_itself(text):
    once = folded(text)
    if fold_batch([text]).texts == [text] and "<" not in once and "&" not in once:
        assert folded(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３！", "abc123!"),
        ("服務員態度很差", "服务员态度很差"),
        ("裡面餐點難吃", "里面餐点难吃"),
        ("①号店", "1号店"),
        ("Ok GOOD", "ok good"),
        ("“好”‘吃’「棒」", '"好"\'吃\'"棒"'),
        ("差\u200b评\ufeff", "差 评 "),
        ("a\u202eb\u200fc", "a b c"),
        ("一\r\n二\t三\u2028四\x00五", "一  二 三 四 五"),
        ("全　角", "全 角"),
        ("ｶﾞ", "ガ".replace("ガ", "カ") + "\u3099"),
        ("😀👍🏻㊗️", "😀👍🏻㊗ "),
        ("138—0013", "138—0013"),
        ("138–0013", "138-0013"),
        ("", ""),
        (None, ""),
    ],
)
def test_signs_fold_to_what_they_are_compared_as(text, expected):
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("很好<br/>吃", "很好     吃"),
        ("<p class='x'>好</p>", "             好    "),
        ("我<3你", "我<3你"),
        ("1<2且3>2", "1<2且3>2"),
        ("<真好吃>", "<真好吃>"),
        ("<em>好</em>", "    好     "),
        ("a&nbsp;b&lt;&#183;", "a      b<   ·     "),
        ("A&B; R&D", "a&b; r&d"),
        ("<!-- 注 -->好", "          好"),
        ("&hearts;好&nosuchname;", "♥       好&nosuchname;"),
    ],
)
def test_real_tags_and_entities_turn_into_spaces_and_nothing_else_does(text, expected):
    assert folded(text) == expected


MEANT = "味道很好，就是上菜慢，等了四十分钟。"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("utf-8", "gb18030"),
        ("utf-8", "latin-1"),
        ("gb18030", "latin-1"),
        ("gbk", "cp1252"),
    ],
)
@pytest.mark.parametrize(
    "meant", [MEANT, "服务员态度很差!等了40分钟,下次不来了~~", "味道", "外卖洒了一半，客服不理人"]
)
def test_text_read_in_the_wrong_encoding_is_repaired(meant, written, read):
    broken = meant.encode(written).decode(read, "replace")
    if written == "gbk" and "\ufffd" in broken:
        pytest.skip("cp1252 has no sign for one of the bytes")
    repaired = fold_batch([broken]).texts[0]
    n_wrong = sum(a != b for a, b in zip(repaired, meant, strict=False))
    n_lost = broken.count("\ufffd")
    assert abs(len(repaired) - len(meant)) <= 2 * n_lost
    assert n_wrong <= 2 * n_lost or repaired.count("\ufffd") <= 2 * n_lost


@pytest.mark.parametrize(
    "text",
    [
        "惬意的下午，逛吃逛吃",
        "浔阳鱼头，涮羊肉，馋",
        "très bon, garçon sympa, à côté",
        "Größe passt, schöne Qualität für Österreich",
        "¿Qué? ¡Señor! años",
        "São Paulo é ótimo, coração",
        "联通 移动 电信",
        "锟斤拷锟斤拷",
        "价格 £20 · 25℃ ± 3°",
        "鐵觀音、龍井、鴛鴦奶茶",
        "囍囍囍 犇羴鱻",
        "鎮鏢銀錢",
    ],
)
def test_sound_text_is_left_as_it_is(text):
    assert fold_batch([text]).texts == [text]


def test_a_lone_surrogate_becomes_one_replacement_sign():
    batch = fold_batch(["好\ud83d吃", "x"])
    assert batch.texts == ["好\ufffd吃", "x"]
    assert batch.joined == "好\ufffd吃\nx\n"


def test_an_empty_batch_folds_to_nothing():
    batch = fold_batch([])
    assert batch.joined == ""
    assert batch.starts.tolist() == [0]
    assert batch.codes.dtype == np.uint32


def test_every_sign_of_every_plane_folds_to_one_sign():
    table = folding_table()
    folded_signs = np.unique(table)
    assert len(table) == sys.maxunicode + 1
    assert not {
        chr(code) for code in folded_signs.tolist() if unicodedata.category(chr(code)) in {"Cc", "Cs"}
    }
    assert np.array_equal(table[table], table)
