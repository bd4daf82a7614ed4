"""What was told is found, and a question that was answered is known, in both languages."""

from __future__ import annotations

import pytest

from zhiyin.respond.brief.facts import Said, find_answers, find_asked, find_facts
from zhiyin.respond.brief.topics import Topic

TOLD = [
    ("订单号是 DD20261122001，一直没发货", Topic.ORDER, "DD20261122001"),
    ("我的订单号：8812345678", Topic.ORDER, "8812345678"),
    ("运单号 SF1234567890123 三天没动", Topic.ORDER, "SF1234567890123"),
    ("my order number is A-10293", Topic.ORDER, "A-10293"),
    ("tracking number: ZX99812345", Topic.ORDER, "ZX99812345"),
    ("昨天晚上开始断网", Topic.WHEN, "昨天晚上"),
    ("11月20日下的单", Topic.WHEN, "11月20日"),
    ("2026-11-20 买的", Topic.WHEN, "2026-11-20"),
    ("三天前报的修", Topic.WHEN, "三天前"),
    ("上周五就坏了", Topic.WHEN, "上周五"),
    ("下午约的是14:30", Topic.WHEN, "14:30"),
    ("It broke yesterday evening.", Topic.WHEN, "yesterday evening"),
    ("offline since Friday", Topic.WHEN, "since Friday"),
    ("I bought it 3 weeks ago", Topic.WHEN, "3 weeks ago"),
    ("delivered on March 12", Topic.WHEN, "March 12"),
    ("我在北京朝阳门店买的", Topic.WHERE, "北京朝阳门店"),
    ("是在万达广场喝的", Topic.WHERE, "万达广场"),
    ("I bought it at the Oxford Street store", Topic.WHERE, "Oxford Street store"),
    ("家里的路由器总掉线", Topic.PRODUCT, "路由器"),
    ("光猫闪红灯", Topic.PRODUCT, "光猫"),
    ("型号是 BCD-535W", Topic.PRODUCT, "BCD-535W"),
    ("the router keeps dropping", Topic.PRODUCT, "router"),
    ("Model: AX3000", Topic.PRODUCT, "AX3000"),
    ("序列号 SN8821X9907", Topic.SERIAL, "SN8821X9907"),
    ("机身号是 ZTE12345A", Topic.SERIAL, "ZTE12345A"),
    ("Serial number: 7Q2-99812", Topic.SERIAL, "7Q2-99812"),
    ("屏幕显示错误代码 678", Topic.ERROR, "678"),
    ("故障码E4", Topic.ERROR, "E4"),
    ("it says error code 691", Topic.ERROR, "691"),
    ("多扣了我 58.5 元", Topic.AMOUNT, "58.5 元"),
    ("年费300块", Topic.AMOUNT, "300块"),
    ("I was charged $49.90 twice", Topic.AMOUNT, "$49.90"),
    ("我们四个人等了一小时", Topic.PEOPLE, "四个人"),
    ("a table for 6 people", Topic.PEOPLE, "6 people"),
    ("打我电话 138****5678", Topic.PHONE, "138****5678"),
    ("我姓陈，住楼上", Topic.NAME, "陈"),
    ("my name is Anna Bell", Topic.NAME, "Anna Bell"),
    ("宽带从早上就连不上", Topic.HAPPENED, "宽带从早上就连不上"),
    ("奶茶喝完拉肚子", Topic.HAPPENED, "奶茶喝完拉肚子"),
    ("The parcel never arrived.", Topic.HAPPENED, "The parcel never arrived."),
    ("已经重启过两次了", Topic.TRIED, "已经重启过两次了"),
    ("I restarted the modem already", Topic.TRIED, "I restarted the modem already"),
    ("希望今天能修好", Topic.WISH, "希望今天能修好"),
    ("I want my money back", Topic.WISH, "I want my money back"),
]
ASKED = [
    ("请问您的订单号是多少？", [Topic.ORDER]),
    ("麻烦提供一下运单号", [Topic.ORDER]),
    ("Could you give me the order number?", [Topic.ORDER]),
    ("是什么时候开始断网的？", [Topic.WHEN]),
    ("When did it start?", [Topic.WHEN]),
    ("您是在哪家门店买的？", [Topic.WHERE]),
    ("Which store was it?", [Topic.WHERE]),
    ("请问是什么型号？", [Topic.PRODUCT]),
    ("请提供设备序列号", [Topic.SERIAL]),
    ("What is the serial number?", [Topic.SERIAL]),
    ("提示什么错误代码？", [Topic.ERROR]),
    ("扣了多少钱呢？", [Topic.AMOUNT]),
    ("How many people were you?", [Topic.PEOPLE]),
    ("请留一下联系电话", [Topic.PHONE]),
    ("请问怎么称呼您？", [Topic.NAME]),
    ("遇到了什么问题？", [Topic.HAPPENED]),
    ("What happened exactly?", [Topic.HAPPENED]),
    ("请问重启过了吗？", [Topic.TRIED]),
    ("Have you tried a restart?", [Topic.TRIED]),
    ("您希望我们怎么处理？", [Topic.WISH]),
]
NOTHING = ["我们已经收到您的订单号。", "谢谢您", "好的，明天给您回电", "Thank you for waiting.", "不知道"]


def _customer(text: str) -> Said:
    return Said(text=text, speaker="customer", source="words")


@pytest.mark.parametrize(("text", "topic", "value"), TOLD)
def test_what_is_told_is_found(text: str, topic: Topic, value: str) -> None:
    assert value in [fact.value for fact in find_facts([_customer(text)]) if fact.topic is topic]


@pytest.mark.parametrize(("text", "topics"), ASKED)
def test_what_is_asked_for_is_known(text: str, topics: list[Topic]) -> None:
    assert find_asked(text) == topics


@pytest.mark.parametrize("text", NOTHING)
def test_what_asks_for_nothing_asks_for_nothing(text: str) -> None:
    assert find_asked(text) == []


def test_an_answer_without_a_figure_belongs_to_its_question() -> None:
    story = [
        Said(text="请问是哪家门店？", speaker="staff", source="talk"),
        Said(text="就是你们最大的那一家", speaker="customer", source="talk"),
    ]
    (fact,) = [one for one in find_facts(story) if one.topic is Topic.WHERE]
    assert (fact.value, fact.asked) == ("就是你们最大的那一家", "请问是哪家门店？")


def test_a_refusal_answers_nothing() -> None:
    story = [Said(text="订单号是多少？", speaker="staff"), Said(text="不记得", speaker="customer")]
    assert find_facts(story) == []


def test_a_question_of_staff_tells_nothing() -> None:
    assert find_facts([Said(text="是昨天在万达广场买的路由器吗？", speaker="staff")]) == []


def test_what_was_told_answers_the_next_question() -> None:
    facts = find_facts([_customer("昨天开始断网，光猫闪红灯，订单号 DD20261122001")])
    assert [one.value for one in find_answers("请问订单号？", facts)] == ["DD20261122001"]
    assert find_answers("有几个人在家？", facts) == []


def test_the_customers_own_words_come_first_and_each_value_once() -> None:
    story = [Said(text="订单号 DD20261122001", speaker="staff"), _customer("订单号 DD20261122001")]
    (fact,) = [one for one in find_facts(story) if one.topic is Topic.ORDER]
    assert fact.said.speaker == "customer"


def test_long_texts_take_no_time() -> None:
    assert find_facts([_customer("在" * 50_000), _customer("1" * 50_000), _customer("a-" * 50_000)]) == []
