"""Decisions on a case: granted once, within limits, told to the story, taken back for ten minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Budget, CaseEvent, Compensation
from zhiyin.respond.policies.errors import GivenAlready, NeedsApproval, NotToGrant, TooLateToUndo
from zhiyin.respond.policies.granting import decide_case, grant, take_back
from zhiyin.respond.policies.limits import find_exceeded, list_limits, period_start, save_limit
from zhiyin.respond.services import close_case


def _limit(of: str, cents: int, **fields: Any) -> Budget:
    wanted = {"unit_id": None, "role": "", "period": "month", **fields}
    return save_limit(of=of, limit_cents=cents, by=SYSTEM, scope=EVERYTHING, **wanted)


def test_a_decision_is_told_to_the_story_and_gives_nothing_yet(decided: Any) -> None:
    decision = decided()
    assert (decision.answer, decision.amount_cents, decision.reason_zh) == ("yes", 5000, "我们的原因。")
    assert decision.fired == [{"row": 1, "note": "", "met": [["fee", "> 10", 20]]}]
    event = CaseEvent.objects.get(case=decision.case, kind="decided")
    assert event.note is not None
    assert "50.00" in event.note.text
    assert not Compensation.objects.exists()


def test_a_grant_stands_in_the_list_and_in_the_story_and_is_given_once(decided: Any, shop: Any) -> None:
    decision = decided()
    given = grant(decision, by=shop.by_agent, customer=None)
    assert (given.amount_cents, given.kind, given.unit_id) == (5000, "money", shop.store.pk)
    assert CaseEvent.objects.filter(case=decision.case, kind="granted").count() == 1
    with pytest.raises(GivenAlready):
        grant(decision, by=shop.by_agent, customer=None)
    assert Compensation.objects.count() == 1


def test_the_same_order_is_compensated_once_over_all_cases(decided: Any, shop: Any) -> None:
    first = grant(decided(order_key="o1"), by=shop.by_agent, customer=None)
    again = decided(order_key="o1")
    with pytest.raises(GivenAlready) as refused:
        grant(again, by=shop.by_agent, customer=None)
    assert refused.value.number == first.case.number
    take_back(first, by=shop.by_agent)
    assert grant(again, by=shop.by_agent, customer=None).order_key == "o1"


def test_a_grant_is_taken_back_for_ten_minutes_and_not_longer(decided: Any, shop: Any) -> None:
    given = grant(decided(), by=shop.by_agent, customer=None)
    assert take_back(given, by=shop.by_agent).undone_at is not None
    with pytest.raises(TooLateToUndo):
        take_back(given, by=shop.by_agent)
    late = grant(decided(), by=shop.by_agent, customer=None)
    Compensation.objects.filter(pk=late.pk).update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(TooLateToUndo):
        take_back(late, by=shop.by_agent)


def test_what_gives_nothing_and_what_is_old_cannot_be_granted(decided: Any, shop: Any) -> None:
    decision = decided()
    newer = decide_case(decision.case, decision.version, given={"fee": 1}, sources={}, by=shop.by_agent)
    for one in (decision, newer):
        with pytest.raises(NotToGrant):
            grant(one, by=shop.by_agent, customer=None)


def test_what_the_policy_wants_agreed_is_not_granted_alone(decided: Any, shop: Any) -> None:
    with pytest.raises(NeedsApproval):
        grant(decided(answer="needs_approval"), by=shop.by_manager, customer=None)


def test_a_role_grants_up_to_its_limit_and_the_greater_of_two_counts(decided: Any, shop: Any) -> None:
    _limit("grant", 3000, role="agent")
    _limit("grant", 9000, role="manager")
    with pytest.raises(NeedsApproval):
        grant(decided("30.01"), by=shop.by_agent, customer=None)
    assert grant(decided("30"), by=shop.by_agent, customer=None)
    assert grant(decided("90"), by=shop.by_manager, customer=None)


def test_the_budget_of_a_unit_counts_all_below_it_and_what_was_taken_back_is_free(
    decided: Any, shop: Any
) -> None:
    _limit("unit", 8000, unit_id=shop.north.pk)
    _limit("unit", 100, unit_id=shop.south.pk)
    first = grant(decided(), by=shop.by_agent, customer=None)
    with pytest.raises(NeedsApproval):
        grant(decided(), by=shop.by_agent, customer=None)
    take_back(first, by=shop.by_agent)
    assert grant(decided("80"), by=shop.by_agent, customer=None)


def test_a_customer_has_a_cap_in_a_year(decided: Any, shop: Any) -> None:
    from uuid import uuid4

    _limit("customer", 6000, period="year")
    customer = uuid4()
    assert grant(decided(), by=shop.by_agent, customer=customer)
    with pytest.raises(NeedsApproval):
        grant(decided("20"), by=shop.by_agent, customer=customer)
    assert grant(decided("20"), by=shop.by_agent, customer=uuid4())
    Compensation.objects.update(at=timezone.now() - timedelta(days=400))
    assert grant(decided("20"), by=shop.by_agent, customer=customer)


def test_nothing_is_decided_on_a_case_that_is_over(decided: Any, shop: Any) -> None:
    from zhiyin.respond.errors import StepImpossible

    decision = decided()
    close_case(decision.case, reason="客户撤回", by=Actor.of(shop.agent))
    with pytest.raises(StepImpossible):
        grant(decision, by=shop.by_agent, customer=None)


def test_many_budgets_are_read_with_as_few_queries_as_one(
    decided: Any, shop: Any, django_assert_num_queries: Any
) -> None:
    given = grant(decided(), by=shop.by_agent, customer=None)
    Compensation.objects.filter(pk=given.pk).update(at=period_start("year", now=timezone.now()))
    grant(decided("30"), by=shop.by_agent, customer=None)
    for unit in (None, shop.north, shop.south, shop.store):
        for period in ("month", "year"):
            _limit("unit", 100_000, unit_id=unit.pk if unit else None, period=period)
    with django_assert_num_queries(2):
        lines = list_limits(scope=EVERYTHING, now=timezone.now())
    used = {(one.budget.unit_id, one.budget.period): one.used_cents for one in lines}
    month = 8000 if timezone.localtime().month == 1 else 3000
    for unit in (None, shop.north, shop.store):
        key = unit.pk if unit else None
        assert (used[key, "month"], used[key, "year"]) == (month, 8000)
    assert (used[shop.south.pk, "month"], used[shop.south.pk, "year"]) == (0, 0)
    with django_assert_num_queries(2):
        exceeded = find_exceeded(
            unit=shop.store,
            amount_cents=100_000,
            customer=None,
            account_id=None,
            now=timezone.now(),
            holds=False,
        )
    assert exceeded is not None
    assert (exceeded.because, exceeded.used_cents) == ("unit_budget", month)
