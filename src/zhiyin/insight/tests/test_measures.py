"""Measures from facts: each figure is what counting by hand gives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.measures.contract import (
    Asked,
    Dimension,
    MeasureOptions,
    get_measure,
    list_measures,
    read_measure,
    read_measures,
)
from zhiyin.insight.measures.recipes import RECIPES
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.units import create_unit

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CODES = [one.code for one in list_measures("en")]


def ask(*, days=10, scope=EVERYTHING, **fields):
    wanted = VoiceFilter(since=NOON - timedelta(days=days), until=NOON + timedelta(hours=1), **fields)
    return Asked(scope=scope, filter=wanted, zone=SHANGHAI, now=NOON + timedelta(hours=1), language="en")


def read(lake, code, *, asked=None, **wanted):
    connection = lake if hasattr(lake, "execute") else lake.connect()
    return read_measure(code, asked=asked or ask(), connection=connection, **wanted)


def test_every_measure_of_the_catalogue_has_a_recipe_and_both_languages():
    assert list(RECIPES) == CODES
    for chinese, english in zip(list_measures("zh"), list_measures("en"), strict=True):
        assert chinese.code == english.code
        assert chinese.name != english.name
        assert chinese.source == english.source != ""
        assert {*english.beside} <= {*CODES}


def test_every_measure_is_read_over_an_empty_lake_without_a_value(small_lake):
    connection = small_lake.connect()
    for found in read_measures(CODES, asked=ask(), over_time=True, connection=connection):
        assert found.total.value in (None, 0.0), found.measure.code


def test_volume_leaves_copies_out_and_says_how_it_moved(small_lake):
    for days_ago in (1, 2, 3, 11):
        small_lake.say(days_ago=days_ago)
    small_lake.say(days_ago=1, is_duplicate=True)
    found = read(small_lake, "volume")
    assert found.total.value == found.total.n == 3
    assert found.total.change.value == 2.0  # twice as much more: relative
    assert found.total.change.verdict == "no_real_change"


def test_the_mean_rating_has_an_interval_within_the_scale(small_lake):
    for stars in (5, 5, 4, None):
        small_lake.say(stars=stars)
    total = read(small_lake, "rating").total
    assert (total.value, total.n) == (pytest.approx(14 / 3), 3)
    assert 1 <= total.low < total.value < total.high <= 5


def test_nps_csat_and_ces_count_only_their_own_scale(small_lake):
    for rating, scale in [(10, 10), (9, 10), (7, 10), (3, 10), (5, 5), (4, 5), (2, 5), (7, 7), (2, 7)]:
        small_lake.say(rating=float(rating), rating_scale=float(scale))
    nps, csat, ces, easy = (read(small_lake, code).total for code in ("nps", "csat", "ces", "easy_share"))
    assert (nps.value, nps.n) == (25.0, 4)
    assert (csat.value, csat.n) == (pytest.approx(2 / 3), 3)
    assert (ces.value, ces.n, easy.value) == (4.5, 2, 0.5)


def test_the_way_of_the_question_and_the_boxes_may_be_set(small_lake):
    for rating, scale in [(7, 7), (6, 7), (1, 7), (5, 5), (4, 5)]:
        small_lake.say(rating=float(rating), rating_scale=float(scale))
    hard = MeasureOptions(is_seven_easy=False, top_boxes=1)
    assert read(small_lake, "ces", options=hard).total.value == pytest.approx((1 + 2 + 7) / 3)
    assert read(small_lake, "easy_share", options=hard).total.value == pytest.approx(1 / 3)
    assert read(small_lake, "csat", options=hard).total.value == 0.5


@pytest.mark.django_db
def test_mentions_blame_and_net_sentiment_go_over_their_own_base(small_lake):
    bad, good = ("taste", "negative", "菜", "咸"), ("service", "positive", "服务", "好")
    small_lake.say(opinions=[bad, bad, good])
    small_lake.say(opinions=[good])
    small_lake.say()
    small_lake.say()
    assert read(small_lake, "net_sentiment").total.value == 0.0
    assert read(small_lake, "mentions_per_100").total.value == 100.0
    assert read(small_lake, "blaming_share").total.value == 0.25
    by_aspect = {one.key: one.figure for one in read(small_lake, "mentions_per_100", by="aspect").groups}
    assert (by_aspect["taste"].value, by_aspect["taste"].n) == (50.0, 4)
    of_taste = ask(aspects=frozenset({"taste"}))
    assert read(small_lake, "blaming_share", asked=of_taste).total.value == 0.25
    assert read(small_lake, "volume", asked=of_taste).total.value == 1


def test_answers_count_by_the_time_of_the_voice_and_by_the_time_of_the_answer(small_lake):
    small_lake.say(days_ago=3, reply_after_hours=2)
    small_lake.say(days_ago=3, reply_after_hours=30)
    small_lake.say(days_ago=3)
    small_lake.say(days_ago=12, reply_after_hours=24 * 7)  # an old voice, answered in this period
    small_lake.say(days_ago=0)  # its 24 hours still run
    total = {code: read(small_lake, code).total for code in CODES if code.startswith("answer")}
    assert (total["answer_share"].value, total["answer_share"].n) == (0.5, 4)
    assert total["answers_given"].value == 3
    assert total["answers_per_100"].value == 75.0
    assert (total["answered_in_target"].value, total["answered_in_target"].n) == (pytest.approx(1 / 3), 3)
    assert read(small_lake, "time_to_answer").total.value == 16.0
    wide = MeasureOptions(target_hours=48)
    assert read(small_lake, "answered_in_target", options=wide).total.value == pytest.approx(2 / 3)


def test_without_answers_of_any_source_their_absence_says_nothing(small_lake):
    small_lake.say()
    assert read(small_lake, "answer_share").missing == "no_table"
    assert read(small_lake, "contact_wait").missing == "no_table"


def test_what_customers_tell_of_contact_is_counted_once_a_voice(small_lake):
    wait = {"kind": "waited", "start": 0, "end": 1}
    small_lake.say(signals=[{**wait, "value": 40.0}, {**wait, "value": 5.0}])
    small_lake.say(
        signals=[{**wait, "value": 8.0}, {"kind": "told_again", "value": 2.0, "start": 0, "end": 1}]
    )
    small_lake.say()
    small_lake.say()
    assert read(small_lake, "told_wait").total.value == 24.0
    assert read(small_lake, "told_long_wait").total.value == 0.25
    assert read(small_lake, "told_again").total.value == 0.25
    assert read(small_lake, "told_sent_around").total.value == 0.0


@pytest.mark.django_db
def test_units_are_grouped_with_all_below_them_and_only_those_in_scope(small_lake):
    region = create_unit("R", name="北区", kind="region")
    north = create_unit("n", name="一店", kind="store", parent=region)
    south = create_unit("s", name="二店", kind="store")
    for stars, unit in [(5, north), (4, north), (1, south), (2, region)]:
        small_lake.say(stars=stars, unit_id=unit.pk)
    connection = small_lake.connect()
    by_store = read(connection, "rating", by=Dimension.STORE)
    assert [(one.key, one.name, one.figure.value) for one in by_store.groups] == [
        ("n", "一店", 4.5),
        ("s", "二店", 1.0),
    ]
    by_region = read(connection, "rating", by="region")
    assert [(one.key, one.figure.n) for one in by_region.groups] == [("R", 3)]
    own = read(connection, "rating", asked=ask(scope=Scope(unit_ids=frozenset({south.pk}))), by="store")
    assert (own.total.value, [one.key for one in own.groups]) == (1.0, ["s"])


@pytest.mark.django_db
def test_a_unit_with_few_ratings_is_neither_excellent_nor_not(small_lake):
    stores = [create_unit(f"u{number}", name=f"店{number}", kind="store") for number in range(3)]
    for store, stars, times in zip(stores, (5, 4, 5), (10, 10, 9), strict=True):
        for _ in range(times):
            small_lake.say(stars=stars, unit_id=store.pk)
    found = read(small_lake, "excellent_units").total
    assert (found.value, found.n) == (0.5, 2)


@pytest.mark.django_db
def test_groups_by_what_only_the_voice_knows_reach_opinions_and_answers_too(small_lake):
    for touchpoint, polarity in [("delivery", "negative"), ("in_store", "positive")]:
        small_lake.say(touchpoint=touchpoint, opinions=[("taste", polarity, "菜", "味")], reply_after_hours=1)
    net = {one.key: one.figure.value for one in read(small_lake, "net_sentiment", by="touchpoint").groups}
    assert net == {"delivery": -100.0, "in_store": 100.0}
    answered = read(small_lake, "answer_share", by="touchpoint").groups
    assert [(one.key, one.figure.value) for one in answered] == [("delivery", 1.0), ("in_store", 1.0)]


def test_small_groups_stand_after_those_that_can_say_something(small_lake):
    for number in range(70):
        small_lake.say(product="大" if number < 35 else "中", stars=4 if number < 35 else 3)
    small_lake.say(product="小", stars=5)
    assert [one.key for one in read(small_lake, "rating", by="product").groups] == ["大", "中", "小"]


def test_points_cover_every_day_of_the_zone_and_sum_up_to_the_whole(small_lake):
    small_lake.say(at=NOON - timedelta(days=2, hours=-5))  # 01:00 of the next day in Shanghai
    small_lake.say(at=NOON - timedelta(days=1))
    points = read(small_lake, "volume", over_time=True).points
    assert len(points) == 11
    assert [point.first_day.day for point in points if point.figure.n] == [19]
    assert sum(point.figure.n for point in points) == 2
    weeks = read(small_lake, "volume", over_time=True, step="week").points
    assert [point.last_day.weekday() for point in weeks[:-1]] == [6] * (len(weeks) - 1)


def test_all_time_begins_with_the_first_fact(small_lake):
    small_lake.say(days_ago=400)
    small_lake.say()
    asked = replace(ask(), filter=VoiceFilter())
    found = read(small_lake, "volume", asked=asked, over_time=True)
    assert found.total.change is None
    assert (found.points[0].figure.n, found.points[-1].figure.n) == (1, 1)


def test_reading_many_gives_what_reading_each_gives(small_lake):
    for number in range(40):
        small_lake.say(
            days_ago=number % 15,
            stars=1 + number % 5,
            rating=float(number % 11),
            rating_scale=10.0,
            opinions=[("taste", ("negative", "positive")[number % 2], "菜", "味")],
            reply_after_hours=number if number % 3 else None,
        )
    connection = small_lake.connect()
    together = read_measures(CODES, asked=ask(), over_time=True, connection=connection)
    for one in together:
        assert one == read(connection, one.measure.code, over_time=True)


def test_what_is_not_there_is_refused_with_a_way_out(small_lake):
    with pytest.raises(NotFound, match="no such measure"):
        get_measure("happiness", "en")
    with pytest.raises(InvalidInput, match="grouped by aspect"):
        read(small_lake, "rating", by="aspect")
    with pytest.raises(InvalidInput, match="colour"):
        read(small_lake, "rating", by="colour")
