from __future__ import annotations

import pytest

from zhiyin.insight.highlights import cut_words, mark_up, nice_cut, safe_cut
from zhiyin.insight.templatetags.voices import draw_pieces, voice_words
from zhiyin.listen.queries.feedback import OpinionOut


def said(start, end, polarity="negative"):
    return OpinionOut(
        aspect="speed",
        aspect_name="上菜速度",
        polarity=polarity,
        term="上菜",
        opinion="慢",
        start=start,
        end=end,
        confidence=0.9,
    )


def texts(pieces):
    return [(piece.text, piece.opinion and piece.opinion.polarity, piece.is_hit) for piece in pieces]


def test_opinions_and_hits_cut_the_words_into_pieces():
    assert texts(mark_up("菜好吃但上菜慢", opinions=[said(4, 7)], hits=[(0, 1), (6, 7)])) == [
        ("菜", None, True),
        ("好吃但", None, False),
        ("上菜", "negative", False),
        ("慢", "negative", True),
    ]


def test_of_overlapping_opinions_the_later_has_the_words():
    assert texts(mark_up("abcdef", opinions=[said(0, 4), said(2, 6, "positive")])) == [
        ("ab", "negative", False),
        ("cd", "positive", False),
        ("ef", "positive", False),
    ]


def test_offsets_beyond_the_text_are_harmless():
    assert texts(mark_up("ab", opinions=[said(1, 99)])) == [("a", None, False), ("b", "negative", False)]
    assert mark_up("") == []


@pytest.mark.parametrize("sign", ["👨‍👩‍👧", "👍🏽", "❤️", "é", "🇨🇳"])
def test_what_people_see_as_one_sign_is_never_cut(sign):
    text = "好" + sign + "吃"
    cuts = {safe_cut(text, limit) for limit in range(1, len(text) + 1)}
    assert cuts == {1, 1 + len(sign), len(text)}


def test_a_long_text_is_cut_where_a_sentence_ends_and_nothing_is_lost():
    text = "很长的一句话。" * 40
    words = cut_words(text, limit=100)
    assert nice_cut(text, 100) == 98
    assert "".join(piece.text for piece in words.head).endswith("。")
    assert "".join(piece.text for piece in [*words.head, *words.tail]) == text
    assert not words.is_cut


def test_a_short_text_is_shown_whole():
    assert cut_words("好" * 120, limit=100).tail == []


@pytest.mark.django_db
def test_what_customers_write_is_never_taken_for_markup():
    drawn = voice_words('<script>alert(1)</script>"&', [said(0, 8)], search="script")
    assert "<script>" not in drawn
    assert "&lt;" in drawn
    assert draw_pieces([]) == ""
