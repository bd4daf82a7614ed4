"""Several at once: what is granted is granted once, and two grants never share the rest of a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Approval, Compensation
from zhiyin.respond.policies.approving import agree, ask_approval
from zhiyin.respond.policies.errors import AnsweredAlready, GivenAlready, NeedsApproval
from zhiyin.respond.policies.granting import grant
from zhiyin.respond.policies.limits import save_limit

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*works: Callable[[], object]) -> list[object]:
    """What each returned or raised, all begun at the same moment, each with its own connection."""
    results: list[object] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def body(place: int) -> None:
        try:
            barrier.wait()
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=body, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_three_who_grant_the_same_one_does(decided: Any, shop: Any) -> None:
    decision = decided()
    results = _at_once(*[lambda: grant(decision, by=shop.by_agent, customer=None)] * 3)
    assert sorted(type(one).__name__ for one in results) == ["Compensation", "GivenAlready", "GivenAlready"]
    assert any(isinstance(one, GivenAlready) for one in results)
    assert Compensation.objects.count() == 1


def test_two_cases_do_not_compensate_one_order(decided: Any, shop: Any) -> None:
    first, second = decided(order_key="o1"), decided(order_key="o1")
    results = _at_once(
        lambda: grant(first, by=shop.by_agent, customer=None),
        lambda: grant(second, by=shop.by_manager, customer=None),
    )
    assert sorted(type(one).__name__ for one in results) == ["Compensation", "GivenAlready"]


def test_two_grants_never_share_the_rest_of_a_budget(decided: Any, shop: Any) -> None:
    save_limit(
        of="unit", unit_id=None, role="", period="month", limit_cents=8000, by=SYSTEM, scope=EVERYTHING
    )
    first, second = decided(), decided()
    results = _at_once(
        lambda: grant(first, by=shop.by_agent, customer=None),
        lambda: grant(second, by=shop.by_agent, customer=None),
    )
    assert sorted(type(one).__name__ for one in results) == ["Compensation", "NeedsApproval"]
    assert any(isinstance(one, NeedsApproval) for one in results)


def test_two_who_agree_at_once_grant_once_and_one_approval_is_answered_once(decided: Any, shop: Any) -> None:
    decision = decided(answer="needs_approval", approvers="above + owner")
    ask_approval(decision, by=shop.agent, customer=None)
    first, second = Approval.objects.filter(decision=decision).order_by("pk")
    results = _at_once(
        lambda: agree(first, by=shop.manager, customer=None),
        lambda: agree(second, by=shop.owner, customer=None),
        lambda: agree(first, by=shop.manager, customer=None),
    )
    assert sorted(type(one).__name__ for one in results) == ["AnsweredAlready", "Compensation", "NoneType"]
    assert any(isinstance(one, AnsweredAlready) for one in results)
    assert Compensation.objects.count() == 1
