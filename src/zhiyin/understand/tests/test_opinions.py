"""Opinions: pairing, negation, contrast, what is carried over, and what is left alone."""

import pytest

from zhiyin.understand import Analyser


@pytest.fixture(scope="module")
def restaurant():
    return Analyser(taxonomy="restaurant")


def opinions_of(analyser, text):
    return {(one.aspect, one.polarity) for one in analyser.analyse(text).opinions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("好吃", {("dish_taste", "positive")}),
        ("不好吃", {("dish_taste", "negative")}),
        ("不太好吃", {("dish_taste", "negative")}),
        ("一点也不好吃", {("dish_taste", "negative")}),
        ("不是不好吃", {("dish_taste", "positive")}),
        ("没有想象中好吃", {("dish_taste", "negative")}),
        ("不难吃", {("dish_taste", "positive")}),
        ("味道非常好", {("dish_taste", "positive")}),
        ("服务不热情", {("service_waiters_attitude", "negative")}),
        ("没有异味", {("environment_cleaness", "positive")}),
        ("奶茶太甜了", {("dish_taste", "negative")}),
        ("价格有点高", {("price_level", "negative")}),
        ("性价比很高", {("price_cost_effective", "positive")}),
        ("分量少", {("dish_portion", "negative")}),
        ("配送很快", {("service_serving_speed", "positive")}),
        ("很好的服务", {("service_waiters_attitude", "positive")}),
        ("環境很乾淨", {("environment_cleaness", "positive")}),
        ("停車方便", {("service_parking_convenience", "positive")}),
    ],
)
def test_one_thing_spoken_of(restaurant, text, expected):
    assert opinions_of(restaurant, text) >= expected
    contrary = {(aspect, {"positive": "negative", "negative": "positive"}[side]) for aspect, side in expected}
    assert not contrary & opinions_of(restaurant, text)


@pytest.mark.parametrize("text", ["味道和服务都很好", "味道、服务都很好", "味道服务都很好"])
def test_two_subjects_share_one_judgement(restaurant, text):
    assert opinions_of(restaurant, text) == {
        ("dish_taste", "positive"),
        ("service_waiters_attitude", "positive"),
    }


def test_a_modifier_is_not_spoken_of_itself():
    found = Analyser(taxonomy="retail").analyse("裤子质量很好").opinions
    assert [(one.aspect, one.polarity) for one in found] == [("goods_quality", "positive")]


def test_a_contrast_parts_two_judgements(restaurant):
    assert opinions_of(restaurant, "味道不错就是价格贵") == {
        ("dish_taste", "positive"),
        ("price_level", "negative"),
    }


def test_a_subject_left_out_is_that_of_the_clause_before(restaurant):
    found = restaurant.analyse("服务，真是太差劲").opinions
    assert [(one.aspect, one.polarity, one.term) for one in found] == [
        ("service_waiters_attitude", "negative", "服务")
    ]


def test_a_subject_is_not_carried_over_a_full_stop(restaurant):
    found = restaurant.analyse("问了服务员。真是糟糕").opinions
    assert all(one.opinion != "糟糕" for one in found)


def test_a_mere_mention_is_neutral_and_has_no_opinion_word(restaurant):
    found = restaurant.analyse("地铁站在马路那边").opinions
    assert [(one.aspect, one.polarity, one.opinion) for one in found] == [("location_traffic", "neutral", "")]


def test_a_weak_term_alone_is_no_opinion(restaurant):
    assert restaurant.analyse("点了牛肉和米饭").opinions == []


def test_an_aspect_outside_the_taxonomy_is_not_spoken_of():
    found = Analyser(taxonomy="cars").analyse("米饭很好吃，油耗很高")
    assert [(one.aspect, one.polarity) for one in found.opinions] == [("fuel", "negative")]


def test_a_wish_is_no_praise(restaurant):
    assert ("environment_space", "positive") not in opinions_of(restaurant, "希望座位宽敞")


def test_terms_and_words_are_the_signs_of_the_original(restaurant):
    found = restaurant.analyse("ＭＥＮＵ一般，但環境很乾淨").opinions
    assert any("乾淨" in one.opinion for one in found)


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("上菜太慢了", "service_speed"),
        ("客服回复太慢了", "service_speed"),
        ("办理太慢了", "service_speed"),
        ("物流太慢了", "delivery_speed"),
        ("外卖送得太慢了", "delivery_speed"),
    ],
)
def test_a_judgement_that_several_aspects_know_goes_to_the_thing_beside_it(text, aspect):
    assert (aspect, "negative") in opinions_of(Analyser(), text)
