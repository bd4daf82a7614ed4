"""Hope against outcome, mockery and the middle: what is said is turned by what follows."""

import pytest

from zhiyin.understand import Analyser


@pytest.fixture(scope="module")
def restaurant():
    return Analyser(taxonomy="restaurant")


def sides(analyser, text):
    return {(one.aspect, one.polarity) for one in analyser.analyse(text).opinions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("以为价格会贵，结果挺便宜", ("price_level", "positive")),
        ("朋友说很好吃，其实一般", ("dish_taste", "negative")),
        ("隔壁比这家好吃", ("dish_taste", "negative")),
        ("不能不说味道真好", ("dish_taste", "positive")),
        ("服务好到没人理我", ("service_waiters_attitude", "negative")),
        ("要是有停车场就好了", ("service_parking_convenience", "negative")),
        ("说好半小时送到，等了一个半小时", ("service_serving_speed", "negative")),
        ("味道一般", ("dish_taste", "neutral")),
    ],
)
def test_the_outcome_decides(restaurant, text, expected):
    found = sides(restaurant, text)
    contrary = {"positive": "negative", "negative": "positive"}.get(expected[1])
    assert expected in found
    assert (expected[0], contrary) not in found


def test_what_the_speaker_confirms_is_not_turned(restaurant):
    assert ("dish_taste", "negative") not in sides(restaurant, "听说很好吃，结果确实好吃")


def test_praise_of_speed_is_no_mockery_where_a_but_follows(restaurant):
    assert ("service_serving_speed", "positive") in sides(restaurant, "上菜真快，就是等位等了一个小时")
