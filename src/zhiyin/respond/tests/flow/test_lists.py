"""Lists of cases: filters, lists under a name of one's own, and what is done to many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.kinds import Cause
from zhiyin.respond.models import Case, CaseView
from zhiyin.respond.services import close_case

pytestmark = pytest.mark.django_db


def _list(browser: Any, query: str) -> str:
    return browser.get(f"{reverse('cases')}?{query}").content.decode()


def _many(browser: Any, action: str, *cases: Case, **fields: Any) -> Any:
    numbers = [case.number for case in cases]
    return browser.post(reverse("cases_many"), {"action": action, "number": numbers, **fields}, follow=True)


def _states(*cases: Case) -> list[str]:
    return [Case.objects.get(pk=case.pk).status for case in cases]


@pytest.mark.parametrize(
    "query",
    ["cause=product", "severity=3", "safety=1", "status=waiting", "view=followed", "group=in"],
)
def test_each_filter_finds_its_case_alone(shop: Any, make_case: Any, enter: Any, query: str) -> None:
    grave = flow.Assessment(cause=Cause.PRODUCT, severity=4, is_safety=True)
    light = flow.Assessment(cause=Cause.SERVICE, severity=1)
    found, other = make_case(title="wanted-one"), make_case(title="other-one")
    flow.assess(other, light, by=shop.by_agent)
    found = flow.ask_customer(
        flow.assess(found, grave, by=shop.by_agent), question="哪天？", by=shop.by_agent
    )
    flow.follow_case(found, account=shop.agent)
    parent = flow.open_group([found], title="the-group", by=shop.by_agent, scope=EVERYTHING)
    flow.group_case(found, under=parent, by=shop.by_agent)
    page = _list(enter(shop.agent), query)
    assert "wanted-one" in page
    assert "other-one" not in page
    assert "the-group" in _list(enter(shop.agent), "group=groups")


def test_an_ended_case_is_found_by_its_status_and_among_the_followed(
    shop: Any, make_case: Any, enter: Any
) -> None:
    case = close_case(make_case(title="over-now"), by=shop.by_agent, reason="重复")
    flow.follow_case(case, account=shop.agent)
    browser = enter(shop.agent)
    assert "over-now" in _list(browser, "view=open&status=closed")
    assert "over-now" in _list(browser, "view=followed")
    assert "over-now" not in _list(browser, "view=open")


def test_what_cannot_be_is_no_filter(shop: Any, make_case: Any, enter: Any) -> None:
    make_case(title="still-here")
    page = _list(enter(shop.agent), "view=open&cause=x&severity=99&status=zzz&group=%00")
    assert "still-here" in page


def test_a_list_is_kept_opened_deleted_and_brought_back(shop: Any, make_case: Any, enter: Any) -> None:
    browser = enter(shop.agent)
    make_case()
    query = "view=open&severity=3&page=2"
    answer = browser.post(reverse("case_views"), {"name": "Grave", "query": query})
    view = CaseView.objects.get()
    assert (view.account, view.query) == (shop.agent, "view=open&severity=3")
    assert answer["Location"] == f"{reverse('cases')}?{view.query}"
    assert "Grave" in _list(browser, "view=open")
    assert "Grave" not in _list(enter(shop.manager), "view=open")
    delete = reverse("delete_case_view", args=[view.pk])
    assert enter(shop.manager).post(delete).status_code == 404
    page = browser.post(delete, follow=True).content.decode()
    assert CaseView.objects.count() == 0
    assert "restore=1" in page
    browser.post(f"{reverse('case_views')}?restore=1&name=Grave&query=severity%3D3")
    assert CaseView.objects.get().query == "severity=3"


def test_a_list_needs_a_name(shop: Any, enter: Any) -> None:
    answer = enter(shop.agent).post(reverse("case_views"), {"name": " ", "query": ""}, follow=True)
    assert "Give the list a name" in answer.content.decode()
    assert CaseView.objects.count() == 0


def test_many_are_held_and_taken_up_again(shop: Any, make_case: Any, enter: Any) -> None:
    cases, browser = [make_case(), make_case()], enter(shop.agent)
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    page = _many(browser, "hold", *cases, words="part ordered", until=day).content.decode()
    assert "2 cases are on hold." in page
    assert _states(*cases) == ["held", "held"]
    numbers = "&".join(f"number={case.number}" for case in cases)
    browser.post(f"{reverse('cases_undo')}?{numbers}&action=hold")
    assert _states(*cases) == ["working", "working"]


def test_a_hold_of_many_without_a_day_or_reason_changes_none(shop: Any, make_case: Any, enter: Any) -> None:
    case, browser = make_case(), enter(shop.agent)
    _many(browser, "hold", case, words="why", until="")
    _many(browser, "hold", case, words="", until=(timezone.localdate() + timedelta(days=2)).isoformat())
    assert _states(case) == ["open"]


def test_many_are_urged(shop: Any, make_case: Any, enter: Any) -> None:
    cases = [make_case(), make_case()]
    _many(enter(shop.agent), "urge", *cases)
    assert [Case.objects.get(pk=case.pk).n_urged for case in cases] == [1, 1]


def test_many_become_a_group_and_more_join_it_by_its_number(shop: Any, make_case: Any, enter: Any) -> None:
    cases, browser = [make_case(), make_case(), make_case()], enter(shop.agent)
    _many(browser, "group", *cases[:2], words="no water")
    parent = Case.objects.get(title="no water")
    _many(browser, "group", cases[2], words=parent.number)
    assert parent.children.count() == 3
    numbers = "&".join(f"number={case.number}" for case in cases)
    browser.post(f"{reverse('cases_undo')}?{numbers}&action=group")
    assert parent.children.count() == 0


def test_a_group_needs_a_title_and_cases_of_ones_own(shop: Any, make_case: Any, enter: Any) -> None:
    case = make_case()
    _many(enter(shop.agent), "group", case, words="")
    _many(enter(shop.stranger), "group", case, words="no water")
    assert Case.objects.count() == 1
    assert Case.objects.get().parent_id is None
