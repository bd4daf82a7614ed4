"""Texts that are none, broken or of other languages: never an exception, never a sure word on nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.understand import Analyser

NOTHING = [
    "",
    " ",
    "\u3000\n\t",
    "\u200b\u200d\ufeff",
    "\x00\x01",
    "\ud800",
    "\udfff\ud800",
    "……",
    "!!!",
    "，，，",
]
SIGNS = st.characters(codec=None, exclude_categories=())


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(taxonomy="general")


def says_nothing(found) -> bool:
    return found.sentiment is None and not (
        found.opinions
        or found.emotions
        or found.intents
        or found.cause
        or found.needs
        or found.signals
        or found.urgency.reasons
    )


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_said_of_nothing(analyser, text):
    found = analyser.analyse(text)
    assert says_nothing(found)
    assert found.language == "und"
    assert len(found.masked_text) == len(text)


@pytest.mark.parametrize("sign", ["啊", "a", "1", " ", "。", "\ud800", "\u0301", "の", "0", "-", "的"])
def test_a_megabyte_of_one_sign_is_read_and_says_nothing(analyser, sign):
    assert says_nothing(analyser.analyse(sign * 1_000_000))


@pytest.mark.parametrize(
    ("text", "label"),
    [("😡😡😡", "negative"), ("👍👍👍", "positive"), ("🚗🏠🌧", None), ("❤️❤️", "positive")],
)
def test_emoji_alone_say_what_they_show_and_no_more(analyser, text, label):
    found = analyser.analyse(text)
    if label:
        assert found.sentiment is not None
        assert found.sentiment.label == label
    else:
        assert found.sentiment is None or found.sentiment.label in {"neutral", "mixed"}
    assert found.needs == found.signals == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("これは美味しいです、店員さんも親切でした", "ja"),
        ("배송이 빨라요 정말 좋아요", "ko"),
        ("Отличный товар, рекомендую всем", "ru"),
        ("Très bon produit, merci beaucoup pour la livraison rapide", "fr"),
        ("Das Produkt ist sehr gut und die Lieferung war schnell", "de"),
        ("Muy buen producto, lo recomiendo a todos", "es"),
        ("Sản phẩm rất tốt, giao hàng nhanh", "vi"),
        ("สินค้าดีมาก ส่งเร็ว", "th"),
        ("هذا المنتج جيد جدا وأنصح به", "ar"),
    ],
)
def test_other_languages_are_named_and_not_guessed(analyser, text, language):
    found = analyser.analyse(text)
    assert found.language == language
    assert says_nothing(found)


@pytest.mark.parametrize(
    "text",
    [
        "<p>很<b>好吃</b>，服务也好</p>",
        "&nbsp;很好吃&nbsp;，服务也好<br/>",
        "很好吃，服务也好".encode().decode("gb18030"),
        "很好吃，服务也好".encode("gb18030").decode("latin-1"),
        "很好吃，服务也好".encode().decode("cp1252", "ignore") + "很好吃",
        "很好\ud800吃，服务也好",
        "很\u200b好\u200b吃，服务也好",
        "很好吃，服務也好",
    ],
)
def test_what_is_broken_is_understood_all_the_same(analyser, text):
    found = analyser.analyse(text)
    assert found.language == "zh"
    assert found.sentiment is not None
    assert found.sentiment.score > 0.3
    assert {one.polarity for one in found.opinions} == {"positive"}


@pytest.mark.parametrize(
    "text", ["锟斤拷锟斤拷锟斤拷", "烫烫烫烫烫烫烫烫", "????????", "\ufffd\ufffd\ufffd\ufffd"]
)
def test_what_is_lost_is_not_guessed(analyser, text):
    found = analyser.analyse(text)
    assert found.sentiment is None or found.sentiment.confidence < 0.7
    assert found.intents == [] or all(one.confidence < 0.7 for one in found.intents)


@settings(max_examples=200, deadline=None)
@given(text=st.text(SIGNS, max_size=80))
def test_no_string_is_an_exception(analyser, text):
    found = analyser.analyse(text)
    # Whatever is returned can be stored and sent.
    found.masked_text.encode()


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from("好差贵慢0一二点才等小时 ，。!?a@<&\ud800\udc00锟€鍚"), max_size=200))
def test_no_mixture_of_telling_signs_is_an_exception(analyser, text):
    assert analyser.analyse(text).language
