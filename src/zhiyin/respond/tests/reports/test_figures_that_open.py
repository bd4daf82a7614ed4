"""What a table of the report counts is as many cases as the list behind it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from zhiyin.people.models import Account
from zhiyin.respond.models import Case
from zhiyin.respond.reports.lines import say_edge
from zhiyin.respond.services import transfer_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(shop, make_case) -> list[Case]:
    """One case that went up, came back and went up again; one that went up once; one that stayed."""
    first, second = make_case(title="甲"), make_case(title="乙")
    for to in (shop.manager, shop.agent, shop.manager, shop.agent, shop.manager):
        first = transfer_case(first, to=to, summary="x", by=shop.by_manager)
    return [first, transfer_case(second, to=shop.manager, summary="x", by=shop.by_agent), make_case()]


def _titles(page) -> set[str]:
    return {case.title for case, _effort in page.context["lines"]}


def test_every_way_of_the_report_opens_to_exactly_its_cases(
    moved, shop, enter: Callable[[Account], Client]
) -> None:
    browser = enter(shop.manager)
    edges = {line.name: line for line in browser.get("/case-reports/").context["edges"]}
    up, down = edges[say_edge("store>region")], edges[say_edge("region>store")]
    assert (up.n, up.n_cases, down.n, down.n_cases) == (4, 2, 2, 1)
    opened = browser.get(up.href)
    assert (opened.context["n"], opened.context["n_over"], _titles(opened)) == (2, 4, {"甲", "乙"})
    assert _titles(browser.get(down.href)) == {"甲"}
    file = browser.get(opened.context["export_url"])
    assert int(file["X-Row-Count"]) == 2
    assert enter(shop.stranger).get(up.href).context["n"] == 0


def test_the_figures_of_a_unit_open_to_its_own_cases_without_those_below(
    moved, shop, make_case, enter: Callable[[Account], Client]
) -> None:
    make_case(title="大区的", unit_id=shop.north.pk, by=shop.by_manager)
    browser = enter(shop.manager)
    lines = {line.name: line for line in browser.get("/case-reports/").context["units"]}
    region, store = lines[shop.north.name], lines[shop.store.name]
    assert browser.get(f"{region.href}&rows=all").context["n"] == region.per_case.n == 1
    assert browser.get(f"{store.href}&rows=all").context["n"] == store.per_case.n == 3
    assert _titles(browser.get(store.kicked.href)) == {"甲"}
    assert _titles(browser.get(store.per_case.href)) == {"甲", "乙"}


def test_the_ways_under_kicked_about_open_to_their_cases_too(
    moved, shop, enter: Callable[[Account], Client]
) -> None:
    browser = enter(shop.manager)
    page = browser.get("/cases/kicked-about/")
    links = [unescape(one) for one in re.findall(r'href="(\?edge=[^"]+)"', page.content.decode())]
    counts = [one.n_cases for _name, one in page.context["edges"]]
    assert sorted(counts) == [1, 2]
    assert [browser.get(f"/cases/kicked-about/{one}").context["n"] for one in links] == counts
    assert browser.get("/cases/kicked-about/?edge=a%3Eb").context["n"] == 0
