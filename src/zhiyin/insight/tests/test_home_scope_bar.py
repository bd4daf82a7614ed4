"""The bar above insight's pages: it works without script and keeps what else the address says."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from zhiyin.insight.days import name_span
from zhiyin.insight.scope_bar import make_scope_bar
from zhiyin.insight.state import make_state
from zhiyin.people.queries.units import subtree_ids
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.units import create_unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def tree(db):
    north = create_unit("north", name="华北", kind="region")
    south = create_unit("south", name="华南", kind="region")
    create_unit("s1", name="一店", kind="store", parent=north)
    create_unit("s2", name="二店", kind="store", parent=north)
    create_unit("s3", name="三店", kind="store", parent=south)
    return north


def names(query="", *, scope=EVERYTHING):
    bar = make_scope_bar(make_state(QueryDict(query), scope=scope, customers=None), action="/")
    return [(unit.depth, unit.name) for unit in bar.units]


def test_the_list_of_units_goes_down_with_the_choice(tree):
    assert names() == [(0, "华北"), (0, "华南")]
    assert names("unit=north") == [(0, "华北"), (1, "一店"), (1, "二店"), (0, "华南")]
    assert names("unit=s1") == [(0, "华北"), (1, "一店"), (1, "二店")]


def test_nobody_is_offered_a_unit_out_of_scope(tree):
    scope = Scope(unit_ids=subtree_ids([tree.path]))
    assert names(scope=scope) == [(0, "华北"), (1, "一店"), (1, "二店")]
    assert names("unit=s3", scope=scope) == [(0, "华北"), (1, "一店"), (1, "二店")]


def test_a_small_number_of_queries_finds_the_units(tree, django_assert_max_num_queries):
    state = make_state(QueryDict("unit=north"), scope=EVERYTHING, customers=None)
    with django_assert_max_num_queries(3):
        make_scope_bar(state, action="/")


def render(query):
    state = make_state(QueryDict(query), scope=EVERYTHING, customers=None)
    request = RequestFactory().get(f"/aspects/?{query}")
    with translation.override("en"):
        return Template('{% include "insight/_scope.html" %}').render(
            Context({"state": state, "request": request})
        )


def test_its_forms_keep_the_other_parameters_of_the_state(tree):
    page = render("aspect=taste&polarity=negative&polarity=mixed&q=上菜&period=7d&unit=north&page=3")
    for name, value in [("aspect", "taste"), ("polarity", "negative"), ("polarity", "mixed"), ("q", "上菜")]:
        assert page.count(f'name="{name}" value="{value}"') == 2
    assert page.count('action="/aspects/"') == 2
    assert '<option value="7d" selected>' in page
    assert '<option value="north" selected>' in page
    assert page.count('name="unit" value="north"') == 1
    assert 'name="page"' not in page


def test_dates_of_ones_own_stay_when_the_unit_changes(tree):
    page = render("period=custom&since=2026-03-01&until=2026-03-09")
    assert '<input type="hidden" name="since" value="2026-03-01">' in page
    assert '<option value="custom" selected>' in page


def test_an_unknown_unit_is_told_with_the_way_back(tree):
    page = render("unit=nowhere&aspect=taste")
    assert "There is no such unit" in page
    assert 'href="/aspects/?aspect=taste"' in page


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        ((2026, 3, 1), (2026, 3, 9), "3月1日 – 3月8日", "1 Mar – 8 Mar"),
        ((2026, 3, 1), (2026, 3, 2), "3月1日", "1 Mar"),
        ((2025, 3, 1), (2025, 3, 9), "2025年3月1日 – 3月8日", "1 Mar – 8 Mar 2025"),
        ((2025, 12, 30), (2026, 1, 3), "2025年12月30日 – 2026年1月2日", "30 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_spans_of_days_name_the_year_where_it_is_not_this_one(first, last, zh, en):
    since, until = datetime(*first, tzinfo=SHANGHAI), datetime(*last, tzinfo=SHANGHAI)
    for language, words in (("zh", zh), ("en", en)):
        assert name_span(since, until, zone=SHANGHAI, language=language, this_year=2026) == words
