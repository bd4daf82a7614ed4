"""Icons, sparklines, moments, parts of pages, the menu."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from zhiyin.console.assets import ICONS
from zhiyin.console.icons import icon
from zhiyin.console.navigation import list_entries
from zhiyin.console.pages import wanted_part
from zhiyin.console.sparklines import sparkline
from zhiyin.console.templatetags.shell import relative

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ICONS)
def test_every_listed_icon_can_be_drawn(name):
    assert "<path" in icon(name)


def test_an_icon_alone_says_what_it_is():
    assert 'role="img" aria-label="&lt;a&gt;"' in icon("x", label="<a>")
    assert 'aria-hidden="true"' in icon("x")


def test_a_sparkline_leaves_gaps_and_keeps_within_its_frame():
    drawn = sparkline([1, None, 3, 2], label="评分")
    assert drawn.count("M") == 2
    assert 'aria-label="评分"' in drawn


@pytest.mark.parametrize("values", [[], [1.0], [None, 2.0, None]])
def test_a_line_of_one_point_is_not_drawn(values):
    assert sparkline(values) == ""


@pytest.mark.parametrize(
    ("ago", "chinese", "english"),
    [
        (timedelta(seconds=20), "刚刚", "just now"),
        (timedelta(minutes=1), "1 分钟前", "1 minute ago"),
        (timedelta(hours=5), "5 小时前", "5 hours ago"),
        (timedelta(days=3), "11月19日 12:00", "19 Nov 12:00"),
        (timedelta(days=400), "2025年10月18日", "18 Oct 2025"),
        (timedelta(minutes=-5), "11月22日 12:05", "22 Nov 12:05"),
    ],
)
def test_moments_read_as_people_say_them(ago, chinese, english):
    with translation.override("zh-hans"):
        assert relative(NOW - ago, now=NOW) == chinese
    with translation.override("en"):
        assert relative(NOW - ago, now=NOW) == english


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, ""),
        ({"HX-Target": "rows"}, ""),
        ({"HX-Request": "true", "HX-Target": "rows"}, "rows"),
        ({"HX-Request": "true", "HX-Target": "rows", "HX-Boosted": "true"}, ""),
        ({"HX-Request": "true", "HX-Target": "rows", "HX-History-Restore-Request": "true"}, ""),
    ],
)
def test_htmx_gets_the_part_that_it_asks_for(headers, part):
    request = RequestFactory().get("/", headers=headers)
    request.user = AnonymousUser()
    assert wanted_part(request) == part


def test_the_menu_keeps_the_order_of_the_loop():
    sections = [entry.section for entry in list_entries()]
    assert sections == sorted(sections, key=list(type(sections[0])).index)
