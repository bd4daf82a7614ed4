"""What the pages of aspects ask, against figures counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from zhiyin.insight.aspect_tree import make_aspect_tree
from zhiyin.insight.queries.aspect import get_story, list_spans
from zhiyin.insight.queries.aspect_list import get_aspect_scores
from zhiyin.insight.queries.aspect_order import sort_scores
from zhiyin.insight.queries.aspect_reasons import list_causes, list_together, list_word_pairs
from zhiyin.insight.queries.aspect_units import list_aspect_units
from zhiyin.insight.queries.quotes import list_quotes
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.steps import choose_steps
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.understand.taxonomy import parse_taxonomy

SLOW = ("speed", "negative", "上菜", "慢")
FAST = ("speed", "positive", "上菜", "快")
RUDE = ("manners", "negative", "店员", "凶")
TASTY = ("taste", "positive", "菜", "好吃")
SHANGHAI = ZoneInfo("Asia/Shanghai")
STEPS = choose_steps(since=None, until=None, now=datetime(2026, 5, 20, tzinfo=UTC))
YAML = """
name: small
version: 1
aspects:
  - {id: service, zh: 服务, en: Service, group: service, terms: [服务], children: [
      {id: speed, zh: 上菜速度, en: Speed, terms: [上菜]},
      {id: manners, zh: 态度, en: Manners, terms: [店员]}]}
  - {id: taste, zh: 味道, en: Taste, group: quality, terms: [菜]}
"""


@pytest.fixture(scope="module")
def tree():
    return make_aspect_tree(parse_taxonomy(YAML, file="small.yaml").aspects, language="en")


def of(*aspects, **more):
    return VoiceFilter(aspects=frozenset(aspects), **more)


def count(connection, wanted):
    chosen = select(EVERYTHING, filter=wanted)
    sql = f"SELECT count(*) FROM feedback WHERE {chosen.kept_voices}"
    named = {name: value for name, value in chosen.parameters.items() if f"${name}" in sql}
    return connection.execute(sql, named).fetchone()[0]


def test_a_parent_counts_a_voice_once_however_many_of_its_aspects_it_names(small_lake, tree):
    small_lake.say(stars=1, opinions=[SLOW, RUDE, SLOW])
    small_lake.say(stars=2, opinions=[RUDE, FAST])
    small_lake.say(opinions=[TASTY, ("odd", "negative", "", "怪")])
    with small_lake.connect() as connection:
        found = get_aspect_scores(connection, scope=EVERYTHING, tree=tree, steps=STEPS)
    scores = {score.node.id: score for score in found.scores}
    service = scores["service"]
    assert list(scores) == ["service", "speed", "manners", "taste", "odd"]
    assert (service.n_voices, service.n_unhappy, service.n_mentions) == (2, 2, 5)
    assert (scores["speed"].n_voices, scores["speed"].n_unhappy, scores["manners"].n_unhappy) == (2, 1, 2)
    assert (service.net_sentiment.value, service.share.value) == (-60, pytest.approx(2 / 3))
    # the mentions against rate 1, 1, 1 and 2
    assert service.stars.value == pytest.approx(5 / 4)
    assert service.harm == pytest.approx(2 * (4 * (5 - 1.25) / 4 + 5) / 14)
    assert (scores["odd"].node.name, scores["odd"].node.level) == ("名odd", 1)
    assert found.n_voices == 3


def test_aspects_sort_within_their_parent_or_flat(small_lake, tree):
    for _ in range(3):
        small_lake.say(opinions=[RUDE])
    small_lake.say(opinions=[SLOW, TASTY])
    with small_lake.connect() as connection:
        found = get_aspect_scores(connection, scope=EVERYTHING, tree=tree, steps=STEPS)

    def ids(**how):
        return [score.node.id for score in sort_scores(found, **how)]

    assert ids(by="harm", is_descending=True) == ["service", "manners", "speed", "taste"]
    assert ids(by="harm", is_descending=False) == ["taste", "service", "speed", "manners"]
    assert ids(by="unhappy", is_descending=True, is_flat=True) == ["manners", "speed", "taste"]
    assert ids(by="name", is_descending=False, is_flat=True) == ["manners", "speed", "taste"]
    assert sorted(ids(by="change", is_descending=True)) == sorted(ids(by="nonsense", is_descending=True))


def test_small_lines_of_parents_sum_up(small_lake, tree, noon):
    wanted = VoiceFilter(since=noon - timedelta(days=12), until=noon)
    small_lake.say(at=noon - timedelta(days=12), opinions=[SLOW, RUDE])
    small_lake.say(at=noon - timedelta(minutes=5), opinions=[FAST, RUDE])
    steps = choose_steps(since=wanted.since, until=wanted.until, now=noon)
    with small_lake.connect() as connection:
        found = get_aspect_scores(connection, scope=EVERYTHING, filter=wanted, tree=tree, steps=steps)
    lines = {score.node.id: score.line for score in found.scores}
    assert (lines["service"][0], lines["service"][-1], lines["speed"][-1]) == (-100, 0, 100)
    assert set(lines["service"][1:-1]) == {None}


def test_figures_of_an_aspect_and_its_change(small_lake, noon):
    for _ in range(40):
        small_lake.say(days_ago=2, opinions=[SLOW, FAST])
        small_lake.say(days_ago=12, opinions=[FAST])
    small_lake.say(days_ago=2, opinions=[TASTY])
    wanted = of("speed", since=noon - timedelta(days=10), until=noon)
    with small_lake.connect() as connection:
        found = get_story(connection, scope=EVERYTHING, filter=wanted, zone=SHANGHAI).figures
    assert (found.n_mentions, found.n_voices, found.n_unhappy, found.n_happy) == (80, 40, 40, 40)
    assert (found.n_voices_before, found.net_sentiment.value) == (40, 0)
    assert found.net_sentiment.change.verdict == "fall"


def test_the_trend_follows_the_days_of_the_zone(small_lake):
    small_lake.say(at=datetime(2026, 5, 10, 15, 59, tzinfo=UTC), opinions=[SLOW])
    small_lake.say(at=datetime(2026, 5, 10, 16, 1, tzinfo=UTC), opinions=[FAST, FAST])
    wanted = of(
        "speed",
        since=datetime(2026, 5, 9, tzinfo=SHANGHAI),
        until=datetime(2026, 5, 12, tzinfo=SHANGHAI),
    )
    with small_lake.connect() as connection:
        points = get_story(connection, scope=EVERYTHING, filter=wanted, zone=SHANGHAI).trend
        for_all_time = get_story(connection, scope=EVERYTHING, filter=of("speed"), zone=SHANGHAI).trend
        nothing = get_story(connection, scope=EVERYTHING, filter=of("none"), zone=SHANGHAI)
    assert (nothing.trend, nothing.figures.n_voices, nothing.stars.mean.n) == ([], 0, 0)
    assert [(p.first.day, p.n_voices, p.net_sentiment.value) for p in points] == [
        (9, 0, None),
        (10, 1, -100),
        (11, 1, 100),
    ]
    assert for_all_time == points[1:]


def test_long_periods_are_drawn_by_weeks_cut_at_both_ends():
    spans = list_spans(date(2026, 5, 6), date(2026, 7, 8))
    assert spans[0] == (date(2026, 5, 6), date(2026, 5, 10))
    assert spans[1] == (date(2026, 5, 11), date(2026, 5, 17))
    assert spans[-1] == (date(2026, 7, 6), date(2026, 7, 8))
    assert sum((last - first).days + 1 for first, last in spans) == 64
    assert len(list_spans(date(2026, 5, 1), date(2026, 5, 31))) == 31


def test_ratings_count_each_voice_once(small_lake):
    small_lake.say(stars=1, opinions=[SLOW, SLOW])
    small_lake.say(stars=4.6, opinions=[SLOW])
    small_lake.say(stars=None, opinions=[SLOW])
    with small_lake.connect() as connection:
        stars = get_story(connection, scope=EVERYTHING, filter=of("speed"), zone=SHANGHAI).stars
        assert count(connection, of("speed", stars=frozenset({5}))) == stars.counts[5]
    assert stars.counts == {1: 1, 2: 0, 3: 0, 4: 0, 5: 1}
    assert (stars.mean.value, stars.mean.n) == (pytest.approx(2.8), 2)


def test_units_come_worst_first_and_only_leaves(small_lake):
    for unit_id in range(1, 7):
        for place in range(40):
            small_lake.say(unit_id=unit_id, opinions=[SLOW if unit_id == 3 or place < 10 else FAST])
    small_lake.say(unit_id=9, opinions=[SLOW])
    small_lake.say(unit_id=7, opinions=[SLOW])
    with small_lake.connect() as connection:
        found = list_aspect_units(
            connection, scope=EVERYTHING, filter=of("speed"), leaves=frozenset(range(1, 8))
        )
    assert (found[0].unit_id, found[0].n_unhappy, found[0].standing) == (3, 40, "worse")
    assert {unit.unit_id for unit in found} == set(range(1, 8))
    assert found[1].unit_id == 7
    assert found[1].expected > -100


def test_each_pair_of_words_opens_to_as_many_voices_as_it_says(small_lake):
    for _ in range(3):
        small_lake.say(opinions=[SLOW, SLOW])
    small_lake.say(opinions=[("speed", "negative", "", "慢"), FAST])
    small_lake.say(opinions=[("speed", "negative", "上菜", "")])
    with small_lake.connect() as connection:
        pairs = list_word_pairs(connection, scope=EVERYTHING, filter=of("speed"))
        for pair in pairs:
            rows = of(
                "speed",
                polarities=frozenset({pair.polarity}),
                terms=frozenset({pair.term}),
                opinion_words=frozenset({pair.word}),
            )
            assert count(connection, rows) == pair.n_voices
    first = pairs[0]
    assert (first.term, first.word, first.n, first.n_voices) == ("上菜", "慢", 6, 3)
    assert {pair.polarity for pair in pairs} == {"positive", "negative"}


def test_causes_and_aspects_said_together_open_to_their_rows(small_lake):
    small_lake.say(cause="service", opinions=[SLOW, RUDE])
    small_lake.say(cause="product", opinions=[SLOW, TASTY])
    small_lake.say(cause="service", opinions=[FAST, RUDE])
    bad = frozenset({"negative"})
    with small_lake.connect() as connection:
        causes = list_causes(connection, scope=EVERYTHING, filter=of("speed"))
        n_unhappy, together = list_together(connection, scope=EVERYTHING, filter=of("speed"))
        assert [(cause.name, cause.n) for cause in causes] == [("product", 1), ("service", 1)]
        assert n_unhappy == count(connection, of("speed", polarities=bad)) == 2
        assert [(one.aspect, one.n) for one in together] == [("manners", 1)]
        both = of("speed", polarities=bad, also_aspects=frozenset({"manners"}))
        assert count(connection, both) == 1
        assert count(connection, of("speed", polarities=bad, causes=frozenset({"service"}))) == 1


def test_quotes_mark_what_is_said_and_come_in_the_wanted_order(small_lake, db):
    older = small_lake.say(days_ago=3, text="上菜慢，凶", useful=0.9, opinions=[SLOW, RUDE], unit_id=2)
    newer = small_lake.say(days_ago=1, text="慢", useful=0.1, opinions=[SLOW], unit_id=1)
    small_lake.say(days_ago=0, text="", sentiment=None, opinions=[])
    small_lake.say(days_ago=0, text="慢", is_duplicate=True, opinions=[SLOW])
    places = {"speed": (0, 3), "manners": (4, 5)}
    for opinion in small_lake.opinions:
        opinion["start"], opinion["end"] = places[opinion["aspect"]]
    with small_lake.connect() as connection:
        found = list_quotes(connection, scope=EVERYTHING, filter=of("speed"))
        telling = list_quotes(connection, scope=EVERYTHING, filter=of("speed"), order="telling")
        own = list_quotes(connection, scope=Scope(unit_ids=frozenset({1})))
        assert list_quotes(connection, scope=EVERYTHING, filter=of("none")) == []
    assert [quote.feedback_id for quote in found] == [newer, older]
    assert [quote.feedback_id for quote in telling] == [older, newer]
    assert [quote.feedback_id for quote in own] == [newer]
    assert (found[1].text, [(one.aspect, one.end) for one in found[1].opinions]) == (
        "上菜慢，凶",
        [("speed", 3)],
    )


def test_an_asker_gets_words_and_units_of_the_own_scope_only(small_lake, db):
    for unit_id in (1, 2, None):
        small_lake.say(unit_id=unit_id, stars=2, cause="service", opinions=[SLOW, RUDE], text="慢")
    own = {"scope": Scope(unit_ids=frozenset({2})), "filter": of("speed")}
    with small_lake.connect() as connection:
        story = get_story(connection, **own, zone=SHANGHAI)
        assert (story.figures.n_voices, story.stars.mean.n, story.trend[0].n_voices) == (1, 1, 1)
        assert list_word_pairs(connection, **own)[0].n_voices == 1
        assert list_causes(connection, **own)[0].n == 1
        assert list_together(connection, **own)[1][0].n == 1
        assert [unit.unit_id for unit in list_aspect_units(connection, **own, leaves=frozenset({1, 2}))] == [
            2
        ]
        assert len(list_quotes(connection, **own)) == 1
        whole = replace(own["filter"], aspects=frozenset())
        assert get_story(connection, scope=own["scope"], filter=whole, zone=SHANGHAI).figures.n_mentions == 2


def test_what_was_said_of_a_merged_aspect_counts_with_the_one_it_went_into(small_lake):
    merged = YAML.replace("{id: manners, zh: 态度, en: Manners, terms: [店员]}", "").replace(
        "terms: [上菜]},", "terms: [上菜, 店员], was: [manners]}"
    )
    tree = make_aspect_tree(parse_taxonomy(merged, file="small.yaml").aspects, language="en")
    small_lake.say(stars=1, opinions=[SLOW, RUDE])
    small_lake.say(stars=2, opinions=[RUDE])
    with small_lake.connect() as connection:
        found = get_aspect_scores(connection, scope=EVERYTHING, tree=tree, steps=STEPS)
    scores = {score.node.id: score for score in found.scores}
    assert scores.keys() == {"service", "speed"}
    assert (scores["speed"].n_voices, scores["speed"].n_mentions) == (2, 3)
    assert not scores["speed"].node.is_parent
    assert tree.find("manners") is tree.nodes["speed"]
    assert [node.id for node in tree.children_of(tree.nodes["service"])] == ["speed"]
