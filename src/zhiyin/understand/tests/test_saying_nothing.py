"""Texts that judge nothing take no side; nobody's name or address is an opinion; markup says nothing."""

import numpy as np
import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.explanation import explain
from zhiyin.understand.privacy import find_private
from zhiyin.understand.readable import make_readable
from zhiyin.understand.text import fold_batch

NEAR_NOTHING = 0.3


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.mark.parametrize(
    "text",
    [
        "无",
        "没有",
        "N/A",
        "暂无。",
        "没有意见",
        "不知道",
        "好的",
        "评价方未及时做出评价,系统默认好评!",
        "我叫陈思远",
        "我姓王",
        "听说味道不错，还没去",
        "听说很好吃，还没试过",
        "打算下周去吃",
        "I haven't been there yet but heard it's good",
        "请问好吃吗",
        "请问几点开门？",
        "有没有停车场",
        "我的邮箱是happy2020@love.com",
        "地址在北京市朝阳区高兴路12号，高兴收",
        "联系人：高兴 电话：13912345678",
    ],
)
def test_who_judges_nothing_takes_no_side(analyser, text):
    found = analyser.analyse(text)
    assert found.sentiment is None or found.sentiment.label == "neutral"
    assert found.sentiment is None or abs(found.sentiment.score) < NEAR_NOTHING
    assert not [one for one in found.opinions if one.polarity != "neutral"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("没有味道", "negative"),
        ("还没吃过，包装很好，送得也快", "positive"),
        ("听说味道不错，去了一看，难吃死了", "negative"),
        ("没有一点不满意，服务很好", "positive"),
    ],
)
def test_who_has_met_the_thing_still_judges_it(analyser, text, label):
    sentiment = analyser.analyse(text).sentiment
    assert sentiment is not None
    assert sentiment.label == label


@pytest.mark.parametrize(
    "text",
    [
        "收货地址北京市朝阳区高兴路12号，东西很好，就是慢，电话13812345678",
        "服务员王小明态度很差，投诉到love@good.com也没人理",
        "服务很好，QQ 88888888",
    ],
)
def test_a_masked_text_says_what_the_open_one_says(analyser, text):
    once = analyser.analyse(text)
    again = analyser.analyse(once.masked_text)
    assert "*" in once.masked_text
    assert again.sentiment == once.sentiment
    assert again.opinions == once.opinions


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&nbsp;&nbsp;很好吃，服务也好&nbsp;", "很好吃，服务也好"),
        ("<p>很好吃</p>", "很好吃"),
        ("味道&amp;服务都很差", "味道&服务都很差"),
        ("很好吃<br/>服务差", "很好吃 服务差"),
        ("&#128522;很好吃", "😊很好吃"),
    ],
)
def test_markup_changes_no_judgement(analyser, text, plain):
    ours, theirs = analyser.analyse(text), analyser.analyse(plain)
    assert ours.sentiment == theirs.sentiment
    found = [(one.aspect, one.polarity, one.confidence) for one in ours.opinions]
    assert found == [(one.aspect, one.polarity, one.confidence) for one in theirs.opinions]


def test_offsets_are_those_of_the_text_with_its_markup(analyser):
    text = "<b>菜</b>好吃&nbsp;等了<i>四十</i>分钟"
    found = analyser.analyse(text)
    assert [text[one.start : one.end] for one in found.opinions if one.opinion] == ["菜</b>好吃"]
    assert [text[one.start : one.end] for one in found.signals] == ["等了<i>四十</i>分钟"]
    assert [one.value for one in found.signals] == [40]


def test_an_explanation_tells_the_same_and_where_it_stands():
    text = "王小明先生：&nbsp;菜好吃，上菜慢"
    why, found = explain(text, taxonomy="restaurant"), Analyser(taxonomy="restaurant").analyse(text)
    assert [(one.start, one.end) for one in why.opinions] == [(one.start, one.end) for one in found.opinions]
    assert why.sentiment is not None
    assert found.sentiment is not None
    assert why.sentiment.replay() == found.sentiment.label
    assert why.sentiment.score == pytest.approx(found.sentiment.score)


def test_a_batch_without_markup_or_private_data_is_read_as_it_is():
    folded = fold_batch(["很好吃", "一般"])
    readable = make_readable(folded, private=find_private(folded))
    assert readable.batch is folded
    assert readable.origin is None


def test_a_million_entities_are_read_in_linear_time():
    folded = fold_batch(["&nbsp;" * 200_000 + "好吃"])
    batch = make_readable(folded, private=find_private(folded)).batch
    assert batch.joined == "好吃\n"
    assert np.array_equal(batch.starts, [0, 3])
