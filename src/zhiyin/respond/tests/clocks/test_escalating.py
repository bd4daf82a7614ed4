"""A case goes up, level by level, to whoever stands above its owner."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from zhiyin.errors import InvalidInput
from zhiyin.people.roles import Role
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.errors import NobodyAbove
from zhiyin.respond.models import Case, CaseEvent, Step


def test_it_goes_to_the_manager_above_then_to_the_owner_of_the_installation(
    shop: Any, make_case: Any
) -> None:
    case = make_case()
    assert case.owner == shop.agent
    case = escalate(case, reason="门店解决不了", by=shop.by_agent)
    assert (case.owner, case.level, case.n_transfers) == (shop.manager, 1, 0)
    case = escalate(case, reason="需要总部决定", by=shop.by_manager)
    assert (case.owner, case.level) == (shop.owner, 2)
    with pytest.raises(NobodyAbove):
        escalate(case, reason="再高", by=shop.by_manager)
    assert Case.objects.get(pk=case.pk).level == 2
    assert CaseEvent.objects.filter(case=case, kind=Step.ESCALATED).count() == 2


def test_a_manager_beside_or_below_is_not_above(shop: Any, make_case: Any, make_account: Any) -> None:
    make_account("beside", role=Role.MANAGER, unit=shop.north)
    make_account("below", role=Role.MANAGER, unit=shop.store)
    case = make_case(owner=shop.manager)
    assert escalate(case, reason="需要总部决定", by=shop.by_manager).owner == shop.owner


def test_it_needs_a_reason(shop: Any, make_case: Any) -> None:
    with pytest.raises(InvalidInput):
        escalate(make_case(), reason=" ", by=shop.by_agent)


def test_on_the_page_the_story_says_who_had_it_and_who_has_it(shop: Any, make_case: Any, enter: Any) -> None:
    case, browser = make_case(), enter(shop.manager)
    url = reverse("case_escalate", args=[case.number])
    assert browser.post(url, {"escalation": ""}).status_code == 422
    assert browser.post(url, {"escalation": "门店解决不了"}).status_code == 302
    page = browser.get(reverse("case", args=[case.number])).content.decode()
    assert "agent → manager" in page
    assert enter(shop.stranger).post(url, {"escalation": "x"}).status_code == 404
