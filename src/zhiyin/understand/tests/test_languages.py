from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.understand.languages import detect_languages
from zhiyin.understand.text import fold_batch

CASES = {
    "zh": [
        "很好吃",
        "服務態度差",
        "这个iphone14promax很好用",
        "味道good",
        "优の良品很不错",
        "好",
        "Ok，还不错吧",
        "yyds太好喝了",
    ],
    "en": [
        "good",
        "Great food but the delivery took two hours",
        "Not worth the money",
        "The 菜单 is only in Chinese and nobody could help us",
        "I WANT A REFUND",
        "slow service",
        "terrible!!!",
        "don't buy it",
    ],
    "ja": ["とても美味しいです", "ラーメンが最高", "接客が悪い", "ありがとうございます"],
    "ko": ["맛있어요", "배송이 너무 늦어요", "서비스가 좋다"],
    "ru": ["Очень вкусно", "плохо"],
    "uk": ["дуже смачно, їжа свіжа"],
    "ar": ["الطعام لذيذ جدا"],
    "fa": ["غذا خیلی خوب بود چطور"],
    "ug": ["ياخشى ئىكەن"],
    "th": ["อร่อยมาก"],
    "he": ["השירות היה טוב"],
    "el": ["Πολύ καλό φαγητό"],
    "hi": ["बहुत अच्छा खाना"],
    "bo": ["བོད་ཡིག"],
    "de": ["Das Essen war sehr gut und die Lieferung schnell"],
    "fr": ["très bon produit, merci pour la livraison"],
    "es": ["El producto es muy bueno, gracias"],
    "vi": ["rất ngon và giao hàng nhanh"],
    "und": [
        "",
        "   ",
        "666",
        "😀😀👍",
        "!!!",
        "iPhone",
        "hhhhh",
        "asdfgh",
        "SF-2000X",
        "\u202e\u200f",
        "\ufffd",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(key, text) for key, texts in CASES.items() for text in texts]
)
def test_the_language_of_a_text_is_told(language, text):
    assert detect_languages(fold_batch([text])) == [language]


@given(st.lists(st.text(st.characters(), max_size=30), max_size=6))
def test_any_text_gets_a_code_of_two_letters_or_und(texts):
    languages = detect_languages(fold_batch(texts))
    assert len(languages) == len(texts)
    assert all(language == "und" or (len(language) == 2 and language.islower()) for language in languages)


def test_texts_of_a_batch_do_not_look_at_one_another():
    texts = [text for texts in CASES.values() for text in texts]
    assert detect_languages(fold_batch(texts)) == [detect_languages(fold_batch([text]))[0] for text in texts]
