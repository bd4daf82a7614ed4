from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.insight.queries.choices import UNCOUNTED, list_choices
from zhiyin.insight.queries.rows import Order, count_rows, find_neighbours, iterate_rows, list_rows
from zhiyin.insight.search import find_hits, read_search
from zhiyin.insight.selection import LEFT_OUT, VoiceFilter
from zhiyin.listen.queries.feedback import FeedbackOut
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope

WAITED = {"kind": "waited", "value": 40.0, "start": 0, "end": 2}
FULL = {
    "source": "s",
    "product": "p",
    "touchpoint": "delivery",
    "n_turns": 0,
    "n_media": 0,
    "received_at": None,
    "model": "m",
    "taxonomy": "t@1",
    "urgency_reasons": [],
    "private": [],
}


@pytest.fixture
def say(small_lake, noon):
    def make(text="上菜慢", **columns):
        given = {**FULL, "received_at": noon, "text": text, **columns}
        return small_lake.say(**given)

    small_lake.replies = []
    return make


@pytest.fixture
def count(small_lake):
    def ask(scope=EVERYTHING, **wanted):
        names = {field.name for field in fields(VoiceFilter)}
        assert set(wanted) <= names
        with small_lake.connect() as connection:
            given = {name: frozenset(v) if isinstance(v, set) else v for name, v in wanted.items()}
            return count_rows(connection, scope=scope, filter=VoiceFilter(**given))

    return ask


@pytest.mark.parametrize(
    ("wanted", "columns"),
    [
        ({"channels": {"chat"}}, {"channel": "chat"}),
        ({"sources": {"crm"}}, {"source": "crm"}),
        ({"touchpoints": {"in_store"}}, {"touchpoint": "in_store"}),
        ({"products": {"奶茶"}}, {"product": "奶茶"}),
        ({"sentiments": {"mixed"}}, {"sentiment": "mixed"}),
        ({"causes": {"service"}}, {"cause": "service"}),
        ({"stars": {2}}, {"stars": 2.4}),
        ({"stars_least": 4.8}, {"stars": 4.8}),
        ({"emotions": {"anger"}}, {"emotions": [{"name": "anger", "strength": 1.0}]}),
        ({"intents": {"cancel"}}, {"intents": [{"name": "cancel", "confidence": 1.0}]}),
        ({"signals": {"waited"}}, {"signals": [WAITED]}),
        ({"needs_unmet": {"timely"}}, {"needs": [{"name": "timely", "met": False}]}),
        ({"urgency_least": 2}, {"urgency": 3}),
        ({"is_answered": True}, {"reply_after_hours": 2}),
        ({"author_key": "a1"}, {"author_key": "a1"}),
        ({"aspects": {"speed"}}, {"opinions": [("speed", "negative", "上菜", "慢")]}),
        ({"text": "奶茶"}, {"text": "这杯奶茶好喝"}),
        ({"unit_ids": {7}}, {"unit_id": 7}),
    ],
)
def test_each_filter_finds_its_voice_and_no_other(say, count, wanted, columns):
    say("什么都没说")
    say(**columns)
    assert count(**wanted) == 1


def test_a_need_that_was_met_is_not_unmet(say, count):
    say(needs=[{"name": "timely", "met": True}])
    assert count(needs_unmet={"timely"}) == 0


def test_aspect_and_polarity_meet_in_one_opinion(say, count):
    say(opinions=[("speed", "negative", "", "慢"), ("taste", "positive", "", "好")])
    assert count(aspects={"speed"}, polarities={"positive"}) == 0
    assert count(aspects={"taste"}, polarities={"positive"}) == 1


def test_filters_hold_together_and_names_within_one_are_alternatives(say, count):
    say(channel="chat", sentiment="negative")
    say(channel="survey", sentiment="negative")
    say(channel="chat", sentiment="positive")
    assert count(channels={"chat", "survey"}, sentiments={"negative"}) == 2


def test_unanswered_voices_are_those_without_a_reply_of_their_own(say, count):
    say(reply_after_hours=1, unit_id=1)
    say(unit_id=1)
    assert (count(is_answered=True), count(is_answered=False)) == (1, 1)
    assert count(is_answered=False, unit_ids={1}, channels={"review_site"}) == 1
    assert count(is_answered=False, channels={"chat"}) == 0


@pytest.mark.parametrize("flag", ["is_duplicate", "is_spam", "is_solicited", "is_off_subject"])
def test_what_does_not_count_is_listed_only_on_request(say, count, flag):
    say(**{flag: True})
    assert (count(), count(include_excluded=True)) == (0, 1)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_does_not_count_is_found_by_why_it_does_not(say, count, name):
    for other, column in LEFT_OUT.items():
        say(**{column: True, "text": other})
    say()
    assert (count(left_out={name}), count(left_out=set(LEFT_OUT))) == (1, len(LEFT_OUT))


def test_facts_older_than_the_column_count(say, count):
    say(is_off_subject=None)
    assert (count(), count(left_out={"off_subject"})) == (1, 0)


@pytest.mark.parametrize(
    ("search", "text", "finds"),
    [
        ("上菜", "上菜太慢了", True),
        ("服务", "服務很差", True),
        ("服務", "服务很差", True),
        ("裡面", "里面很脏", True),
        ("里面", "店裡面很髒", True),
        ("上菜 慢", "慢，上菜也不热情", True),
        ('"上菜慢"', "慢，上菜也不热情", False),
        ("“上菜慢”", "真是上菜慢", True),
        ("上菜 -慢", "上菜很快", True),
        ("上菜 -慢", "上菜慢", False),
        ("-慢", "上菜慢", False),
        ("wifi", "没有WiFi", True),
        ("WIFI", "没有ｗｉｆｉ", True),
        ("wifi", "没有ＷＩＦＩ", True),
        ("ｗｉｆｉ", "没有wifi", True),
        ("100%", "100元", False),
        ("_", "上菜慢", False),
        ("上慢", "上菜慢", False),
    ],
)
def test_a_search_finds_words_as_people_type_them(say, count, search, text, finds):
    say(text)
    assert count(text=search) == int(finds)


def test_hits_are_marked_where_they_stand_in_either_script():
    text = "服務差，服务员差"
    spans = find_hits(text, read_search("服务 -差"))
    assert [text[start:end] for start, end in spans] == ["服務", "服务"]
    assert find_hits("İ慢", read_search("慢")) == [(1, 2)]


@pytest.fixture
def several(say):
    for number, (stars, urgency) in enumerate([(5, 0), (1, 2), (None, 0), (1, 0), (3, 3)]):
        say(stars=stars, urgency=urgency, days_ago=number)


def ids_of(small_lake, order=Order.NEWEST, **given):
    with small_lake.connect() as connection:
        page = list_rows(connection, scope=EVERYTHING, filter=VoiceFilter(), order=order, **given)
    return [int(row.feedback.feedback_id[-5:]) for row in page.rows]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order.NEWEST, [0, 1, 2, 3, 4]),
        (Order.OLDEST, [4, 3, 2, 1, 0]),
        (Order.URGENT, [4, 1, 0, 2, 3]),
        (Order.WORST, [1, 3, 4, 0, 2]),
    ],
)
def test_the_list_is_sorted_and_every_voice_knows_its_neighbours(several, small_lake, order, ids):
    assert ids_of(small_lake, order) == ids
    with small_lake.connect() as connection:
        rows = list_rows(connection, scope=EVERYTHING, filter=VoiceFilter(), order=order).rows
        way = [
            find_neighbours(
                connection, scope=EVERYTHING, filter=VoiceFilter(), order=order, here=row.feedback
            )
            for row in rows
        ]
    names = [row.feedback.feedback_id for row in rows]
    assert [one.next for one in way] == [*names[1:], None]
    assert [one.previous for one in way] == [None, *names[:-1]]


def test_pages_hold_every_voice_once(several, small_lake):
    seen = [one for number in (1, 2, 3) for one in ids_of(small_lake, size=2, number=number)]
    assert seen == [0, 1, 2, 3, 4]
    assert ids_of(small_lake, size=2, number=99) == [4], "beyond the end stands the last page"


@pytest.mark.parametrize("order", list(Order))
def test_pages_far_from_the_beginning_are_those_of_the_whole_list(several, small_lake, order, monkeypatch):
    whole = ids_of(small_lake, order)
    monkeypatch.setattr("zhiyin.insight.queries.row_pages._SHALLOW", 0)
    assert [one for number in (1, 2, 3) for one in ids_of(small_lake, order, size=2, number=number)] == whole
    assert ids_of(small_lake, order, size=2, number=99) == whole[4:]


def test_a_file_has_every_voice_of_the_list_once(several, small_lake, count):
    wanted = VoiceFilter(stars=frozenset({1, 3}))
    with small_lake.connect() as connection:
        rows = list(iterate_rows(connection, scope=EVERYTHING, filter=wanted))
        n = count_rows(connection, scope=EVERYTHING, filter=wanted)
    assert [row.feedback.stars for row in rows] == [1, 1, 3]
    assert len(rows) == n
    assert all(isinstance(row.feedback, FeedbackOut) for row in rows)


def test_a_store_lists_and_exports_its_own_voices_only(say, small_lake):
    own = say(unit_id=2)
    say(unit_id=1)
    say(unit_id=None)
    store = Scope(unit_ids=frozenset({2}))
    with small_lake.connect() as connection:
        for wanted in (VoiceFilter(), VoiceFilter(unit_ids=frozenset({1, 2})), VoiceFilter(text="上菜")):
            page = list_rows(connection, scope=store, filter=wanted)
            exported = list(iterate_rows(connection, scope=store, filter=wanted))
            assert [row.feedback.feedback_id for row in page.rows] == [own]
            assert [row.feedback.feedback_id for row in exported] == [own]
        assert list_rows(connection, scope=NOTHING, filter=VoiceFilter()).n == 0


NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)


def test_an_aspect_offers_as_many_voices_as_it_then_shows(small_lake, say, count):
    say(opinions=[("taste", "negative", "茶", "淡"), ("taste", "positive", "珍珠", "弹")], at=NOON)
    say(opinions=[("taste", "negative", "茶", "苦"), ("speed", "negative", "上菜", "慢")], at=NOON)
    wanted = VoiceFilter(since=NOON - timedelta(days=30), until=NOON + timedelta(days=1))
    with small_lake.connect() as connection:
        offered = list_choices(connection, scope=EVERYTHING, filter=wanted, now=NOON)["aspect"]
    assert {choice.value: choice.n for choice in offered} == {"taste": 2, "speed": 1}
    assert all(choice.n == count(aspects={choice.value}) for choice in offered)


def test_of_a_long_period_the_end_is_offered_without_counts(small_lake, say):
    say(channel="review_site", at=NOON)
    say(channel="call_centre", at=NOON - timedelta(days=300))
    with small_lake.connect() as connection:
        late = list_choices(connection, scope=EVERYTHING, filter=VoiceFilter(), now=NOON)["channel"]
        old = list_choices(
            connection, scope=EVERYTHING, filter=VoiceFilter(), now=NOON + timedelta(days=900)
        )["channel"]
    assert [(choice.value, choice.n) for choice in late] == [("review_site", UNCOUNTED)]
    assert {choice.value: choice.n for choice in old} == {"review_site": 1, "call_centre": 1}
