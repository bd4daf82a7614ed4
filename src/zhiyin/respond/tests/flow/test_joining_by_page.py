"""A second voice about the same matter is shown the case that is there; the worker does its part."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.background import run_flow
from zhiyin.respond.models import Case, CaseStatus
from zhiyin.respond.queries import list_feedback_ids
from zhiyin.respond.services import CUSTOMER, open_case, send_answer

pytestmark = pytest.mark.django_db(transaction=True)


def _open(browser: Any, feedback_id: str) -> Case:
    url = reverse("open_case", args=[feedback_id])
    browser.post(url, browser.get(url).context["form"].initial)
    return Case.objects.get(feedback_id=feedback_id)


def test_the_second_voice_joins_with_one_click(shop: Any, hear: Any, enter: Any) -> None:
    browser = enter(shop.agent)
    case = _open(browser, hear("1", "上菜太慢，等了四十分钟"))
    assert case.customer is not None
    assert case.aspect
    again = hear("2", "上菜还是太慢")
    page = browser.get(reverse("open_case", args=[again])).content.decode()
    assert case.number in page
    assert "Add the voice to it" in page
    answer = browser.post(reverse("join_case", args=[again]), {"number": case.number})
    assert answer["Location"] == reverse("case", args=[case.number])
    assert list_feedback_ids(case) == [case.feedback_id, again]


def test_a_form_that_was_open_while_a_colleague_opened_the_case_shows_that_one_first(
    shop: Any, hear: Any, enter: Any
) -> None:
    browser = enter(shop.agent)
    one, two = hear("1", "上菜太慢，等了四十分钟"), hear("2", "上菜还是太慢")
    url = reverse("open_case", args=[two])
    typed = browser.get(url).context["form"].initial
    case = _open(browser, one)
    refused = browser.post(url, typed)
    assert refused.status_code == 409
    assert case.number in refused.content.decode()
    assert "A colleague has just opened a case about this" in refused.content.decode()
    assert browser.post(url, typed | {"same": case.number}).status_code == 302
    assert Case.objects.count() == 2


def test_two_colleagues_at_the_same_moment_open_one_case(shop: Any, hear: Any, enter: Any) -> None:
    browsers = [enter(shop.agent), enter(shop.manager)]
    urls = [reverse("open_case", args=[hear(str(n), "上菜太慢，等了四十分钟")]) for n in range(2)]
    typed = [browser.get(url).context["form"].initial for browser, url in zip(browsers, urls, strict=True)]
    barrier, statuses = threading.Barrier(2), []

    def post(place: int) -> None:
        try:
            barrier.wait(30)
            statuses.append(browsers[place].post(urls[place], typed[place]).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [302, 409]
    assert Case.objects.count() == 1


def test_after_an_answer_it_is_taken_up_again(shop: Any, hear: Any, enter: Any) -> None:
    browser = enter(shop.agent)
    case = _open(browser, hear("1", "上菜太慢，等了四十分钟"))
    send_answer(Case.objects.get(pk=case.pk), text="抱歉", by=shop.by_agent)
    again = hear("2", "上菜还是太慢")
    assert "take it up again" in browser.get(reverse("open_case", args=[again])).content.decode()
    browser.post(reverse("join_case", args=[again]), {"number": case.number})
    assert Case.objects.get(pk=case.pk).stands is CaseStatus.REOPENED


def test_somebody_else_opens_a_case_of_their_own(shop: Any, hear: Any, enter: Any) -> None:
    browser = enter(shop.agent)
    case = _open(browser, hear("1", "上菜太慢，等了四十分钟"))
    other = hear("2", "上菜太慢", phone="13987654321")
    page = browser.get(reverse("open_case", args=[other]))
    assert page.context["same"] is None
    assert reverse("join_case", args=[other]) not in page.content.decode()
    assert case.customer != _open(browser, other).customer


def test_a_case_of_another_unit_takes_no_voice(shop: Any, hear: Any, make_case: Any, enter: Any) -> None:
    theirs = make_case(unit_id=shop.far_store.pk, owner=shop.stranger)
    voice = hear("1", "上菜太慢")
    url = reverse("join_case", args=[voice])
    assert enter(shop.agent).post(url, {"number": theirs.number}).status_code == 404
    assert enter(shop.stranger).post(url, {"number": theirs.number}).status_code == 404
    assert list_feedback_ids(theirs) == [theirs.feedback_id]


def test_the_worker_learns_whose_case_it_is_and_ends_holds(shop: Any, hear: Any) -> None:
    voice = hear("1", "上菜太慢")
    case = open_case(feedback_id=voice, unit_id=shop.store.pk, title="慢", by=CUSTOMER, owner=shop.agent)
    until = timezone.now() + timedelta(seconds=30)
    flow.hold_case(case, until=until, reason="等厨师", by=shop.by_agent)
    Case.objects.filter(pk=case.pk).update(held_until=timezone.now())
    run_flow(lambda: False)
    case = Case.objects.get(pk=case.pk)
    assert case.customer is not None
    assert case.stands is CaseStatus.WORKING
