"""Signals: what asks to be acted on, with numbers from figures and words."""

import pytest

from zhiyin.understand import Analyser
from zhiyin.understand.numerals import chinese_number, number_before


@pytest.fixture(scope="module")
def analyser():
    return Analyser(taxonomy="restaurant")


def signals_of(analyser, text):
    return [(one.kind, one.value) for one in analyser.analyse(text).signals]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("等了四十分钟", 40),
        ("等了40分钟", 40),
        ("等了快一个小时", 60),
        ("两个半小时才送到", 150),
        ("等了一个半小时", 90),
        ("足足等了两个多小时", 120),
        ("排队半小时", 30),
        ("等了半个小时", 30),
        ("1小时20分钟才送来", 80),
        ("等了三四十分钟", 35),
        ("等了1.5小时", 90),
        ("等了30-40分钟", 35),
        ("等了三刻钟", 45),
        ("拖了三天", 3 * 1440),
        ("超时二十分钟", 20),
        ("等了一百二十分钟", 120),
        ("等了４０分钟", 40),
        ("We waited 45 minutes", 45),
        ("waited one hour and 20 minutes", 80),
        ("waited two and a half hours for a table", 150),
        ("waited half an hour", 30),
    ],
)
def test_a_wait_is_read_in_minutes(analyser, text, minutes):
    assert signals_of(analyser, text) == [("waited", minutes)]


def test_a_wait_without_a_number_has_no_value(analyser):
    assert signals_of(analyser, "等了半天") == [("waited", None)]


@pytest.mark.parametrize(
    "text", ["用了两天", "营业到10点", "开了30分钟的车", "这里有24小时热水", "保修3个月"]
)
def test_a_time_that_nobody_waited_is_no_signal(analyser, text):
    assert signals_of(analyser, text) == []


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("问了三次没人理", ("told_again", 3)),
        ("打了5次电话", ("told_again", 5)),
        ("说了好几遍", ("told_again", None)),
        ("转了四个部门", ("sent_around", 4)),
        ("让我跑了三趟", ("sent_around", 3)),
        ("部门之间互相踢皮球", ("sent_around", None)),
        ("一直转不到人工", ("no_way_to_person", None)),
        ("客服答非所问", ("beside_the_point", None)),
        ("明显是大数据杀熟", ("price_unfair", None)),
        ("又给我自动续费", ("hidden_charge", None)),
        ("隔壁喜茶便宜多了", ("competitor_named", None)),
        ("工号005的姑娘特别好", ("staff_named", None)),
        ("再也不会来了", ("leaving", None)),
        ("下次还会再来", ("returning", None)),
        ("强烈推荐", ("recommends", None)),
        ("I will never order again", ("leaving", None)),
        ("there was a hidden fee", ("hidden_charge", None)),
    ],
)
def test_a_signal_is_heard(analyser, text, signal):
    assert signal in signals_of(analyser, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("不会再来了", "returning"),
        ("不推荐大家来", "recommends"),
        ("再也不用担心了", "leaving"),
        ("喝了一碗小米粥", "competitor_named"),
        ("I would not recommend it", "recommends"),
    ],
)
def test_the_opposite_is_not_heard_as_a_signal(analyser, text, kind):
    assert kind not in {name for name, _ in signals_of(analyser, text)}


def test_the_span_of_a_signal_holds_its_words(analyser):
    text = "昨天点的外卖，两个半小时才送到！"
    (one,) = analyser.analyse(text).signals
    assert text[one.start : one.end] == "两个半小时才送到"[: one.end - one.start]


def test_numerals_are_read_backwards_and_only_where_they_end():
    assert number_before("一共12") == (12.0, 2)
    assert number_before("十五") == (15.0, 0)
    assert number_before("很久") is None
    assert chinese_number("两千零三") == 2003


def test_a_mile_of_digits_is_read_in_no_time():
    assert number_before("9" * 100_000) is not None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("等了一刻钟", 15),
        ("两个半钟头才轮到", 150),
        ("报修五天了没人上门", 5 * 1440),
        ("一个星期了还没到账", 7 * 1440),
        ("waited forty-five minutes", 45),
    ],
)
def test_waits_of_many_words_are_read(analyser, text, minutes):
    assert ("waited", minutes) in signals_of(analyser, text)


def test_a_number_is_not_read_across_the_end_of_a_text(analyser):
    import pyarrow as pa

    batch = pa.RecordBatch.from_pydict({"text": ["等了三", "天等了"]})
    found = analyser.analyse_batch(batch).column("signals").to_pylist()
    assert all(one["value"] is None for signals in found for one in signals)


@pytest.mark.parametrize(
    ("text", "is_competitor"),
    [("比麦当劳好吃", True), ("麦当劳的薯条", False), ("换到联通去了", True), ("移动电源不错", False)],
)
def test_a_brand_is_a_competitor_where_it_is_compared_or_gone_to(analyser, text, is_competitor):
    assert ("competitor_named" in {kind for kind, _ in signals_of(analyser, text)}) is is_competitor


@pytest.mark.parametrize(
    ("text", "is_staff"),
    [
        ("客服李明很耐心", True),
        ("安装的张师傅手脚麻利", True),
        ("我叫李明，请退款", False),
        ("王先生来过", False),
    ],
)
def test_a_name_beside_a_post_is_of_the_staff(analyser, text, is_staff):
    assert ("staff_named" in {kind for kind, _ in signals_of(analyser, text)}) is is_staff


def test_once_is_no_number_of_times(analyser):
    assert signals_of(analyser, "问了一次") == []
