from __future__ import annotations

import pytest

from zhiyin.insight.search import All, Any, Not, Term, find_hits, list_wanted, read_search
from zhiyin.insight.search.expression import fits
from zhiyin.insight.search.folding import fold, pattern, spellings
from zhiyin.insight.search.pinyin import find_words, know_words


def term(word):
    return Term(words=(word,))


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("", None),
        ("  （）", None),
        ("上菜", term("上菜")),
        ("上菜 慢", All(parts=(term("上菜"), term("慢")))),
        ("上菜 OR 慢 快", Any(parts=(term("上菜"), All(parts=(term("慢"), term("快")))))),
        (
            "（上菜 或 出餐） 非 好",
            All(parts=(Any(parts=(term("上菜"), term("出餐"))), Not(part=term("好")))),
        ),
        ('"或"', term("或")),
        ("NOT NOT 好", term("好")),
        ("OR 上菜 AND", term("上菜")),
        ("上菜 -", All(parts=(term("上菜"), term("-")))),
        ("((上菜", term("上菜")),
        ("上菜))慢", All(parts=(term("上菜"), term("慢")))),
        ("a-b", term("a-b")),
    ],
)
def test_a_search_is_read_as_typed_and_nothing_is_an_error(typed, means):
    assert read_search(typed) == means


def test_very_deep_brackets_end():
    assert read_search("(" * 10 + "好") == term("好")
    read_search("-(" * 500 + "好" + ")" * 500)


@pytest.mark.parametrize(("letters", "word"), [("fuwu", "服务"), ("fw", "服务"), ("ya'huang", None)])
def test_letters_spell_the_words_of_our_lists(letters, word):
    found = find_words(letters)
    assert word in found if word else found == ()


@pytest.mark.parametrize("letters", ["and", "the", "wifi", "subway", "a", "you", "is"])
def test_english_words_are_no_pinyin(letters):
    assert find_words(letters) == ()


def test_quoted_letters_are_letters():
    assert read_search('"fuwu"') == term("fuwu")


def test_a_companys_own_words_are_found_by_pinyin():
    know_words("own", ["糯米大红袍"])
    try:
        assert find_words("nuomidahongpao") == ("糯米大红袍",)
    finally:
        know_words("own", [])


def test_hits_are_marked_for_what_is_wanted_only():
    search = read_search("(服务 或 上菜) -慢")
    assert [one.words[0] for one in list_wanted(search)] == ["服务", "上菜"]
    assert find_hits("上菜慢，服務好", search) == [(0, 2), (4, 6)]


@pytest.mark.parametrize("text", ["ＷｉＦｉ裡面", "服務😀", "①Ⅳ㎡", ""])
def test_folding_keeps_the_length_and_is_done_at_once(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_every_spelling_folds_to_the_word_and_long_ones_become_a_pattern():
    import re

    for word in ("服务", "里面", "发"):
        assert {fold(one) for one in spellings(word, most=64)} == {word}
    assert spellings("wifi", most=6) is None
    rule = re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: re.escape(chr(int(m[1], 16))), pattern("wifi"))
    assert re.search(rule, "有ＷiＦi吗")
    assert not re.search(rule, "有wfi吗")


def test_not_or_and_and_on_a_text():
    search = read_search("(上菜 或 出餐) -慢")
    assert fits(search, "出餐快")
    assert not fits(search, "出餐慢")
    assert not fits(search, "结账快")
