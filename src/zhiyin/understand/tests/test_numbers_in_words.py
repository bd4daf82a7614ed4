"""Numbers that signals read from words and from the clock."""

import pytest

from zhiyin.understand import Analyser

WAITS = {
    "等了快一个小时": 60,
    "等了两个半小时": 150,
    "等了三四十分钟": 35,
    "等了三到四十分钟": 35,
    "等了30到40分钟": 35,
    "等了四五十分钟": 45,
    "等了一刻钟": 15,
    "等了三刻钟": 45,
    "等了1h才上菜": 60,
    "等了1.5h": 90,
    "等了一个半钟": 90,
    "等了两小时十五分钟": 135,
    "等了1小时20分": 80,
    "等了一小时二十": 80,
    "等了一个钟头零十分": 70,
    "等了十几分钟": 15,
    "等了二十几分钟": 25,
    "等了几十分钟": 30,
    "等了仨小时": 180,
    "等了俩钟头": 120,
    "等了１２０分钟": 120,
    "等了一两个小时": 90,
    "等了两三天": 3600,
    "等了一个半月": 64800,
    "waited forty five minutes": 45,
    "waited for 2 1/2 hours": 150,
    "waited an hour and a half": 90,
    "四点半下的订单，差不多7点才送到": 150,
    "订的12：00送餐，12：50才送到": 50,
    "六点到的，排到快七点才坐下": 60,
    "11点下单，下午1点半才送到": 150,
    "预约9点，10点20分才轮到我": 80,
    "太慢了，俩小时连个解释也没有": 120,
}
NO_MINUTES = (
    "等了好几个小时",
    "等了大半天",
    "等了N个小时",
    "一小时二十块钱，不贵",
    "下午3点入住，第二天12点才退房，睡得很好，3点",
    "早上9点的票，9点零5分才开门",
    "比分3:20才追平",
    "手机用了两年，很慢",
)
COUNTS = {
    "问了三次没人理": ("told_again", 3),
    "催了三四次": ("told_again", 4),
    "打了两三遍电话": ("told_again", 3),
    "打了十几个电话": ("told_again", 15),
    "打了七八个电话": ("told_again", 8),
    "跑了三四趟": ("sent_around", 4),
    "转了四个部门": ("sent_around", 4),
}


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(taxonomy="restaurant")


@pytest.mark.parametrize(("text", "minutes"), WAITS.items())
def test_a_wait_is_counted_in_minutes(analyser, text, minutes):
    values = [one.value for one in analyser.analyse(text).signals if one.kind == "waited"]
    assert values == [minutes]


@pytest.mark.parametrize("text", NO_MINUTES)
def test_no_minutes_are_made_up(analyser, text):
    assert all(one.value is None for one in analyser.analyse(text).signals if one.kind == "waited")


@pytest.mark.parametrize(("text", "expected"), COUNTS.items())
def test_times_are_counted_and_a_range_is_rounded_up(analyser, text, expected):
    found = [(one.kind, one.value) for one in analyser.analyse(text).signals]
    assert expected in found


def test_a_wait_that_is_told_in_minutes_is_not_counted_again_by_the_clock(analyser):
    found = analyser.analyse("12点下单，等了一个小时，一点才送到").signals
    assert [one.value for one in found if one.kind == "waited"] == [60]
