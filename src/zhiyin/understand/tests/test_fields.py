"""Emotions, intents, causes, needs and urgency, with what must not be taken for them."""

import pytest

from zhiyin.understand import Analyser


@pytest.fixture(scope="module")
def analyser():
    return Analyser()


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("太开心了", "joy"),
        ("非常感谢你们", "gratitude"),
        ("居然还有小礼物", "surprise"),
        ("真的很失望", "disappointment"),
        ("气死我了", "anger"),
        ("急死我了", "anxiety"),
        ("心里很难过", "sadness"),
        ("太委屈了，凭什么", "grievance"),
        ("呵呵，就这水平", "contempt"),
        ("I am furious", "anger"),
    ],
)
def test_an_emotion_is_heard(analyser, text, emotion):
    found = {one.name: one.strength for one in analyser.analyse(text).emotions}
    assert 0 < found[emotion] <= 1


@pytest.mark.parametrize(
    ("text", "emotion"), [("不失望", "disappointment"), ("一点也不生气", "anger"), ("垃圾桶满了", "contempt")]
)
def test_a_denied_emotion_is_not_heard(analyser, text, emotion):
    assert emotion not in {one.name for one in analyser.analyse(text).emotions}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要投诉你们", "complaint"),
        ("给客服小李点赞", "praise"),
        ("建议增加充电桩", "suggestion"),
        ("请问几点关门？", "question"),
        ("求助，请尽快处理", "request_help"),
        ("不解决我就找媒体曝光", "threat_to_expose"),
        ("还有货吗，想买一台", "purchase_interest"),
        ("我要取消订单", "cancel"),
        ("I want to cancel my subscription", "cancel"),
    ],
)
def test_an_intent_is_heard(analyser, text, intent):
    assert intent in {one.name for one in analyser.analyse(text).intents}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("和图片不符，太失望了", "expectation"),
        ("用两天就坏了，质量太差", "product"),
        ("客服爱理不理，态度恶劣", "service"),
        ("质量很好，很满意", None),
    ],
)
def test_a_complaint_has_a_cause_and_praise_has_none(analyser, text, cause):
    assert analyser.analyse(text).cause == cause


@pytest.mark.parametrize(
    ("text", "need", "met"),
    [
        ("客服秒回，非常及时", "timely", True),
        ("迟迟不发货", "timely", False),
        ("规则看不懂，没人说清楚", "plain", False),
        ("物超所值", "visible_value", True),
        ("没看备注", "tailored", False),
        ("客服敷衍了事", "sincere", False),
        ("超出预期，太惊喜了", "delightful", True),
        ("用了好几年还很耐用", "lasting", True),
    ],
)
def test_a_need_is_met_or_unmet(analyser, text, need, met):
    assert {one.name: one.met for one in analyser.analyse(text).needs}[need] is met


@pytest.mark.parametrize(
    ("text", "level", "reason"),
    [
        ("吃完上吐下泻进了医院", 3, "illness"),
        ("热水把手烫伤了", 3, "injury"),
        ("充电宝冒烟着火了", 3, "fire"),
        ("孩子喝完就过敏了", 3, "child_hurt"),
        ("汤里吃出蟑螂", 2, "contamination"),
        ("已经打12315了", 2, "legal_threat"),
        ("我会找记者曝光", 2, "media_threat"),
        ("我是孕妇，站了很久", 2, "vulnerable_person"),
        ("打电话没人接", 1, "ignored"),
        ("都两天了还没收到", 1, "waiting_now"),
        ("到现在不给退款", 1, "refund_open"),
        ("I got food poisoning", 3, "illness"),
    ],
)
def test_urgency_names_its_reason(analyser, text, level, reason):
    urgency = analyser.analyse(text).urgency
    assert urgency.level == level
    assert reason in urgency.reasons


@pytest.mark.parametrize(
    "text",
    [
        "没有吃坏肚子",
        "没有受伤",
        "万一着火怎么办",
        "担心孩子过敏",
        "如果食物中毒了呢",
        "防止烫伤",
        "就在人民医院旁边",
        "今晚吃火锅",
        "人均120元",
        "相机曝光正常",
        "牛奶没过期",
        "质量很好",
    ],
)
def test_what_did_not_happen_is_not_urgent(analyser, text):
    assert analyser.analyse(text).urgency.level == 0


def test_a_question_of_fact_is_neutral(analyser):
    assert analyser.analyse("请问你们几点开门？").sentiment.label == "neutral"


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("转人工转了半天都是机器人", "complaint", True),
        ("下次还会再来，推荐", "praise", True),
        ("这合理吗，等了两个小时", "question", False),
        ("建议加装红绿灯", "complaint", False),
        ("我母亲九十岁，想申请上门评残", "complaint", False),
    ],
)
def test_other_fields_tell_of_complaint_and_praise(analyser, text, intent, expected):
    assert (intent in {one.name for one in analyser.analyse(text).intents}) is expected


def test_every_complaint_has_a_cause(analyser):
    assert analyser.analyse("总行让找分行，分行让找支行").cause == "service"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("热汤洒在我儿子腿上，烫伤了一大片", ["child_hurt"]),
        ("给孩子买的。我的手烫伤了", ["injury"]),
        ("孩子很喜欢", []),
    ],
)
def test_harm_in_one_sentence_with_a_child_is_harm_to_the_child(analyser, text, reasons):
    assert analyser.analyse(text).urgency.reasons == reasons


def test_plain_words_of_a_need_outweigh_the_aspect(analyser):
    found = {one.name: one.met for one in analyser.analyse("说了不要香菜还是放了").needs}
    assert found["tailored"] is False
