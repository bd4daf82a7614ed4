"""Every label of a voice tells what decided it."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from zhiyin.insight.voice_why import KINDS, RULES, explain_voice
from zhiyin.understand.effects import Effects


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_every_rule_of_the_analysis_has_a_name():
    assert {field.name for field in fields(Effects)} <= set(RULES)
    assert {"word", "mention", "opinion", "learned"} <= set(KINDS)


def test_the_page_shows_words_rules_and_weights_of_each_label(company):
    voice = company.say("菜不好吃，但是服务很热情")
    owner = company.visit("owner")
    assert f"/voices/{voice}/why/" in owner.get(f"/voices/{voice}/").content.decode()
    page = owner.get(f"/voices/{voice}/why/")
    text = words(page)
    for wanted in ("The whole", "Taste", "好吃", "turned by a negation", "stands after a “but”", "热情"):
        assert wanted in text, wanted
    assert "<html" in page.content.decode()
    part = owner.get(f"/voices/{voice}/why/", headers={"HX-Request": "true", "HX-Target": "voice-why"})
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("said", ["菜好吃，服务也热情", "上菜太慢，等了四十分钟", "环境干净但是价格太贵"])
def test_the_parts_of_each_opinion_lead_to_its_label(company, said):
    company.detail(voice := company.say(said))
    why = explain_voice(company.detail(voice), language="en")
    stored = {(one.aspect, one.polarity) for one in company.detail(voice).opinions}
    assert why.is_same
    assert len(why.verdicts) == len(stored) + 1
    for verdict in why.verdicts:
        if verdict.label in ("positive", "negative"):
            assert (verdict.odds > 0) == (verdict.label == "positive")


def test_who_may_not_read_the_voice_gets_no_reasons(company):
    voice = company.say("上菜慢", store="n1")
    assert company.visit("manager", unit="s1").get(f"/voices/{voice}/why/").status_code == 404
