from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.http import QueryDict

from zhiyin.insight.now.counts import Usual, read_minutes, read_usual
from zhiyin.insight.now.figures import make_glance
from zhiyin.insight.now.window import MINUTES, make_rows_state, make_window
from zhiyin.insight.now.words import list_rising
from zhiyin.people.caches import forget_everything
from zhiyin.people.scope import EVERYTHING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    forget_everything()


@pytest.fixture
def window():
    return make_window(QueryDict(), scope=EVERYTHING)


def usual_of(*weeks, n_judged=0, n_unhappy=0):
    return Usual(weeks=list(weeks), n_judged=n_judged, n_unhappy=n_unhappy)


def test_the_last_sixty_minutes_are_counted_one_by_one(small_lake, window):
    for minutes_ago, sentiment in (
        (0, "negative"),
        (5, "positive"),
        (5, "negative"),
        (59, None),
        (75, "negative"),
    ):
        at = (
            max(window.until - timedelta(minutes=minutes_ago, seconds=1), window.since)
            if minutes_ago < 60
            else window.until - timedelta(minutes=minutes_ago)
        )
        small_lake.say(at=at, sentiment=sentiment)
    small_lake.say(at=window.until - timedelta(minutes=3), is_spam=True)
    minutes = read_minutes(small_lake.connect(), window=window)
    assert len(minutes) == MINUTES
    assert sum(one.n for one in minutes) == 4
    assert sum(one.n_judged for one in minutes) == 3
    assert sum(one.n_unhappy for one in minutes) == 2


def test_usual_is_the_same_hour_of_the_weeks_before_that_were_heard(small_lake, window):
    for week, n in ((1, 4), (2, 6), (3, 5), (4, 1)):
        for k in range(n):
            at = window.until - timedelta(weeks=week, minutes=1 + k)
            small_lake.say(at=at, sentiment="negative" if k == 0 else "positive")
    small_lake.say(at=window.until - timedelta(weeks=1, hours=3))
    small_lake.say(at=window.since - timedelta(weeks=4, hours=1))
    usual = read_usual(small_lake.connect(), window=window)
    assert usual.weeks == [4, 6, 5, 1]
    assert (usual.n_judged, usual.n_unhappy) == (16, 4)
    assert usual.is_known
    assert usual.mean == 4


def test_too_few_weeks_say_nothing(small_lake, window):
    small_lake.say(at=window.until - timedelta(weeks=1, minutes=1))
    usual = read_usual(small_lake.connect(), window=window)
    assert not usual.is_known
    figures = make_glance(
        read_minutes(small_lake.connect(), window=window), usual=usual, window=window
    ).figures
    assert figures[0].verdict == "unknown"


def test_a_flood_is_more_than_usual_and_chance_is_not(small_lake, window):
    usual = usual_of(10, 12, 9, 11, 10, n_judged=52, n_unhappy=5)
    for n, verdict in ((11, "no_real_change"), (40, "rise")):
        for _ in range(n - len(small_lake.feedback)):
            small_lake.say(at=window.until - timedelta(minutes=2), sentiment="negative")
        glance = make_glance(read_minutes(small_lake.connect(), window=window), usual=usual, window=window)
        assert glance.figures[0].verdict == verdict
    assert glance.figures[1].verdict == "rise"
    assert glance.figures[1].tone == "bad"
    assert glance.n == 40


def test_silence_where_many_are_usual_is_less_than_usual(small_lake, window):
    small_lake.say(at=window.until - timedelta(minutes=2))
    minutes = read_minutes(small_lake.connect(), window=window)
    glance = make_glance(minutes, usual=usual_of(30, 28, 33, 31), window=window)
    assert glance.figures[0].verdict == "fall"


def test_the_rows_of_a_figure_are_the_same_minutes(window):
    url = window.url(sentiment="negative")
    rows = make_rows_state(QueryDict(url.partition("?")[2]), scope=EVERYTHING)
    assert (rows.since, rows.until) == (window.since, window.until)
    assert rows.state.filter.sentiments == frozenset({"negative"})
    odd = make_rows_state(QueryDict("from=x&to=2020-01-01T00:00:00Z&unit=nowhere"), scope=EVERYTHING)
    assert odd.until == datetime(2020, 1, 1, tzinfo=UTC)
    assert odd.until - odd.since == timedelta(minutes=MINUTES)
    assert odd.state.is_unit_unknown


def test_a_word_that_is_suddenly_said_rises(small_lake, window):
    for k in range(40):
        small_lake.say(at=window.until - timedelta(days=2, minutes=k), text="味道不错，下次还来")
    for k in range(12):
        small_lake.say(at=window.until - timedelta(minutes=k, seconds=1), text="小程序付款失败，味道不错")
    words = list_rising(small_lake.connect(), window=window)
    assert any("付款失败" in one.name for one in words)
    assert all("味道" not in one.name for one in words)
    assert words[0].n == 12


def test_the_page_shows_the_readers_units_alone_and_opens_rows(company):
    now = datetime.now(UTC)
    company.say("奶茶里有虫子，太恶心了", store="n1", occurred_at=now - timedelta(seconds=30))
    company.say("上菜太慢", store="s1", occurred_at=now - timedelta(seconds=20))
    page = company.visit("owner").get("/now/").content.decode()
    own = company.visit("manager", unit="s1")
    assert "有虫子" in page
    shown = own.get("/now/").content.decode()
    assert "有虫子" not in shown
    href = re.search(r'data-figure="voices".*?href="([^"]+)"', shown, re.S)[1].replace("&amp;", "&")
    rows = own.get(href).content.decode()
    assert "上菜太慢" in rows
    assert "有虫子" not in rows
    lines = b"".join(own.get(href.replace("/now/voices/", "/now/voices/export/")).streaming_content)
    assert len(lines.decode("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize("name", ["glance", "alerts", "urgent", "units", "words"])
def test_each_part_is_asked_for_alone(company, name):
    company.say()
    headers = {"hx-request": "true", "hx-target": f"now-{name}"}
    part = company.visit("owner").get("/now/", headers=headers).content.decode()
    assert "<html" not in part
    assert part.strip()
