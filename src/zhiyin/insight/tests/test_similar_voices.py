from __future__ import annotations

import pytest

from zhiyin.insight.similar.ranking import rank_by


@pytest.fixture
def heard(company):
    """Some complaints of waiting among others; ids by name."""
    return {
        "asked": company.say("上菜太慢了，等了一个小时才上一道菜"),
        "near": company.say("等了一个多小时才上菜，上菜真的太慢", store="s1"),
        "other": company.say("停车场很大，停车方便", store="s1"),
        "praise": company.say("服务员态度很好，很热情"),
        "same": company.say("上菜太慢了，等了一个小时才上一道菜"),
    }


def page(client, feedback_id):
    return client.get(f"/voices/{feedback_id}/similar/")


def test_a_voice_near_in_words_and_meaning_is_shown_with_what_both_speak_of(company, heard):
    shown = page(company.visit("owner"), heard["asked"])
    html = shown.content.decode()
    assert shown.status_code == 200
    assert f"/voices/{heard['near']}/" in html
    assert f"/voices/{heard['other']}/" not in html
    assert "Both speak of" in html


def test_who_says_the_very_same_is_not_shown_as_similar(company, heard):
    html = page(company.visit("owner"), heard["asked"]).content.decode()
    assert f"/voices/{heard['same']}/" not in html


def test_a_store_sees_similar_voices_of_its_own_only(company, heard):
    store = company.visit("manager", unit="n1")
    assert f"/voices/{heard['near']}/" not in page(store, heard["asked"]).content.decode()
    assert page(store, heard["near"]).status_code == 404


def test_the_page_of_a_voice_fetches_similar_ones_after_itself(company, heard):
    client = company.visit("owner")
    html = client.get(f"/voices/{heard['asked']}/").content.decode()
    assert f'hx-get="/voices/{heard["asked"]}/similar/' in html
    part = client.get(
        f"/voices/{heard['asked']}/similar/", headers={"hx-request": "true", "hx-target": "similar-voices"}
    ).content.decode()
    assert part.lstrip().startswith('<section id="similar-voices"')


@pytest.mark.parametrize(
    ("said", "asked", "at_least"),
    [
        ({("speed", "negative")}, {("speed", "negative")}, 0.7),
        ({("speed", "positive")}, {("speed", "negative")}, 0.4),
        ({("taste", "negative")}, {("speed", "negative")}, 0.2),
    ],
)
def test_the_same_judgement_counts_more_than_the_same_aspect(said, asked, at_least):
    found = rank_by(0.2, said=said, asked=asked)
    assert found >= at_least
    assert rank_by(0.2, said=set(), asked=asked) == 0.2
