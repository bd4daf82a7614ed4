"""The review queue: what is doubtful comes first, one answer each, and every answer can be taken back."""

from __future__ import annotations

import re

import pytest

from zhiyin.insight.queries.doubtful import DOUBTS, list_doubts
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.items import RatingIn
from zhiyin.listen.models import LabelCorrection
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope

QUEUE = "/learning/queue/"
BAD, GOOD = RatingIn(value=1), RatingIn(value=5)


def cards(response):
    return re.findall(r'id="r-([0-9a-f-]{36})"', response.content.decode())


def answer(client, voice, **fields):
    return client.post(f"{QUEUE}{voice}/", {"revision": 1, "n_changes": 0, "next": QUEUE, **fields})


@pytest.fixture
def doubtful(company):
    """Praise with one star, of the first store."""
    return company.say("味道很好，环境很好", rating=BAD)


def doubts_of(small_lake, **options):
    with small_lake.connect() as connection:
        return list_doubts(
            connection,
            **{
                "scope": EVERYTHING,
                "filter": VoiceFilter(),
                "disputed": (),
                "settled": (),
                "limit": 10,
                **options,
            },
        )


def test_only_labels_that_something_contradicts_are_shown(company, doubtful):
    company.say("味道很好，环境很好，喜欢", rating=GOOD)
    page = company.visit("owner").get(QUEUE)
    assert cards(page) == [doubtful]
    assert "The stars say otherwise" in page.content.decode()
    assert '<mark class="opinion opinion-positive"' in page.content.decode()


def test_a_confirmation_counts_as_a_lesson_and_the_card_goes(company, doubtful):
    client = company.visit("agent", unit="n1")
    said = answer(client, doubtful, action="confirm", sentiment="positive")
    assert said["Location"] == QUEUE
    [kept] = LabelCorrection.objects.all()
    assert (kept.change["sentiment"], kept.change["sentiment_before"]) == ("positive", "positive")
    page = client.get(QUEUE)
    assert cards(page) == []
    assert "Confirmed." in page.content.decode()
    assert "Confirmed: Positive" in client.get(f"/voices/{doubtful}/").content.decode()
    client.post(f"/voices/{doubtful}/corrections/{kept.pk}/undo/")
    assert cards(client.get(QUEUE)) == [doubtful]


def test_another_label_is_one_press_and_changes_the_facts(company, doubtful):
    client = company.visit("agent", unit="n1")
    answer(client, doubtful, action="sentiment", sentiment="negative")
    assert company.detail(doubtful).feedback.sentiment == "negative"
    assert cards(client.get(QUEUE)) == []


def test_an_opinion_is_corrected_in_the_card_and_the_label_waits_on(company, doubtful):
    client = company.visit("agent", unit="n1")
    one = company.detail(doubtful).opinions[0]
    place = {"of_aspect": one.aspect, "of_start": one.start, "of_end": one.end}
    answer(client, doubtful, action="change", aspect=one.aspect, polarity="negative", **place)
    assert company.detail(doubtful).opinions[0].polarity == "negative"
    page = client.get(QUEUE)
    assert cards(page) == [doubtful]
    assert 'name="n_changes" value="1"' in page.content.decode()


def test_whoever_was_slower_is_told_and_nothing_is_changed(company, doubtful):
    first, second = company.visit("agent", unit="n1"), company.visit("owner")
    answer(first, doubtful, action="sentiment", sentiment="neutral")
    assert answer(second, doubtful, action="confirm", sentiment="positive").status_code == 302
    assert "corrected or edited since you opened it" in second.get(QUEUE).content.decode()
    assert LabelCorrection.objects.count() == 1


def test_where_two_people_disagree_a_third_is_asked(company, doubtful):
    first, second = company.visit("agent", unit="n1"), company.visit("owner")
    answer(first, doubtful, action="confirm", sentiment="positive")
    answer(second, doubtful, action="sentiment", sentiment="negative", n_changes=1)
    page = first.get(QUEUE)
    assert cards(page) == [doubtful]
    assert "Two people disagree" in page.content.decode()
    answer(first, doubtful, action="confirm", sentiment="negative", n_changes=2)
    assert cards(first.get(QUEUE)) == []


def test_skipped_ones_come_back_one_by_one_or_all(company, doubtful):
    other = company.say("味道很差，环境很差", rating=GOOD)
    client = company.visit("owner")
    assert set(cards(client.get(QUEUE))) == {doubtful, other}
    for voice in (doubtful, other):
        client.post(f"{QUEUE}{voice}/skip/", {"next": QUEUE})
    page = client.get(QUEUE)
    assert cards(page) == []
    assert "Only skipped ones are left" in page.content.decode()
    client.post(f"{QUEUE}back/", {"next": QUEUE})
    assert cards(client.get(QUEUE)) == [other]
    client.post(f"{QUEUE}back/", {"next": QUEUE, "all": "1"})
    assert set(cards(client.get(QUEUE))) == {doubtful, other}
    assert company.visit("analyst").get(QUEUE).status_code == 200, "skipping is one's own"


def test_voices_of_other_units_are_neither_shown_nor_answered(company, doubtful):
    client = company.visit("agent", unit="s1")
    assert cards(client.get(QUEUE)) == []
    assert answer(client, doubtful, action="confirm", sentiment="positive").status_code == 404
    assert LabelCorrection.objects.count() == 0
    for role in ("auditor", "frontline"):
        assert company.visit(role, unit="n1").get(QUEUE).status_code == 403


def test_the_queue_narrows_by_unit_aspect_and_kind_of_doubt(company, doubtful):
    slow = company.say("上菜很快，服务热情，喜欢", store="s1", rating=BAD)
    client = company.visit("owner")
    assert cards(client.get(f"{QUEUE}?unit=s1")) == [slow]
    assert cards(client.get(f"{QUEUE}?aspect=service_serving_speed")) == [slow]
    assert set(cards(client.get(f"{QUEUE}?doubt=stars"))) == {doubtful, slow}
    assert cards(client.get(f"{QUEUE}?doubt=disputed")) == []


def test_htmx_gets_the_cards_alone_with_the_message(company, doubtful):
    client = company.visit("owner")
    answer(client, doubtful, action="sentiment", sentiment="mixed")
    part = client.get(QUEUE, headers={"HX-Request": "true", "HX-Target": "review"}).content.decode()
    assert part.startswith('<div id="review">')
    assert "Corrected." in part


def test_a_voice_by_htmx_never_goes_on_elsewhere(company, doubtful):
    gone = answer(
        company.visit("owner"), doubtful, action="confirm", sentiment="positive", next="https://evil.example/"
    )
    assert gone["Location"] == QUEUE


def test_the_strongest_doubts_come_first_and_equal_words_once(small_lake):
    small_lake.say(sentiment="positive", sentiment_confidence=0.6)
    small_lake.say(sentiment="positive", sentiment_confidence=0.95, stars=1.0)
    small_lake.say(sentiment="negative", sentiment_confidence=0.9, opinions=[("a", "positive", "t", "o")])
    small_lake.say(sentiment="positive", sentiment_confidence=0.99)
    for _ in range(3):
        small_lake.say(sentiment="negative", sentiment_confidence=0.69, fingerprint=7)
    small_lake.say(sentiment=None, sentiment_confidence=None, stars=1.0)
    found = doubts_of(small_lake)
    assert [one.doubts for one in found.first] == [("stars",), ("opinions",), ("unsure",), ("unsure",)]
    assert found.n == 4
    assert doubts_of(small_lake, settled=["voice-00001"]).first[0].feedback_id == "voice-00002"
    [disputed] = doubts_of(small_lake, disputed=["voice-00003"], doubt="disputed").first
    assert disputed.doubts == ("disputed",)
    assert doubts_of(small_lake, scope=NOTHING).n == 0
    assert doubts_of(small_lake, scope=Scope(unit_ids=frozenset({1}))).n == 0
    assert list(DOUBTS) == ["disputed", "stars", "opinions", "unsure"]
