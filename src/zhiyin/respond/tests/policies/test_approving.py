"""Approvals: in turn, at once, by a deputy, passed on when late, answered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Approval, CaseEvent, Compensation, Deputy
from zhiyin.respond.policies.approving import (
    agree,
    ask_approval,
    list_asked,
    pass_on_late,
    refuse,
    set_deputy,
)
from zhiyin.respond.policies.errors import (
    AnsweredAlready,
    AskedAlready,
    NeedsApproval,
    NobodyToAgree,
    NotToGrant,
)
from zhiyin.respond.policies.granting import grant
from zhiyin.respond.policies.limits import save_limit


@pytest.fixture
def asked(decided: Any, shop: Any) -> Callable[..., list[Approval]]:
    """A decision that wants somebody to agree, and who is asked."""

    def make(approvers: str = "above") -> list[Approval]:
        decision = decided(answer="needs_approval", approvers=approvers)
        return ask_approval(decision, by=shop.agent, customer=None)

    return make


def test_whoever_stands_above_agrees_and_it_is_granted_at_once(asked: Any, shop: Any) -> None:
    (approval,) = asked()
    assert (approval.approver, approval.because, list_asked(shop.manager)) == (
        shop.manager,
        "policy",
        [approval],
    )
    given = agree(approval, by=shop.manager, customer=None)
    assert given is not None
    assert (given.by, given.amount_cents) == (shop.manager, 5000)
    assert list_asked(shop.manager) == []
    kinds = list(CaseEvent.objects.filter(case=given.case).order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == ["decided", "granted"]


def test_an_approval_is_answered_once(asked: Any, shop: Any) -> None:
    (approval,) = asked()
    agree(approval, by=shop.manager, customer=None)
    with pytest.raises(AnsweredAlready):
        agree(approval, by=shop.manager, customer=None)
    with pytest.raises(AnsweredAlready):
        refuse(approval, comment="换货", by=shop.manager)
    assert Compensation.objects.count() == 1


def test_in_turn_the_second_is_asked_when_the_first_has_agreed(asked: Any, shop: Any) -> None:
    first, second = asked("above > owner")
    assert list_asked(shop.owner) == []
    with pytest.raises(AnsweredAlready):
        agree(second, by=shop.owner, customer=None)
    assert agree(first, by=shop.manager, customer=None) is None
    assert list_asked(shop.owner) == [second]
    assert agree(second, by=shop.owner, customer=None) is not None


def test_the_page_says_who_has_agreed_and_whose_yes_is_needed_besides(
    asked: Any, shop: Any, enter: Callable[..., Any]
) -> None:
    first, _second = asked("above > owner")
    page = enter(shop.manager).get(reverse("approvals")).content.decode()
    assert f"Has to agree as well: {shop.owner}." in page
    agree(first, by=shop.manager, customer=None)
    page = enter(shop.owner).get(reverse("approvals")).content.decode()
    assert f"Agreed already: {shop.manager}." in page
    assert "Has to agree as well" not in page


def test_at_once_all_are_asked_and_only_the_last_yes_grants(asked: Any, shop: Any) -> None:
    first, second = asked("above + owner")
    assert list_asked(shop.owner) == [second]
    assert agree(second, by=shop.owner, customer=None) is None
    assert not Compensation.objects.exists()
    assert agree(first, by=shop.manager, customer=None) is not None


def test_a_refusal_needs_an_alternative_and_ends_the_asking(asked: Any, shop: Any) -> None:
    first, second = asked("above + owner")
    with pytest.raises(InvalidInput):
        refuse(first, comment=" ", by=shop.manager)
    refuse(first, comment="可换同款新品", by=shop.manager)
    with pytest.raises(AnsweredAlready):
        agree(second, by=shop.owner, customer=None)
    with pytest.raises(NotToGrant):
        grant(first.decision, by=shop.by_agent, customer=None)
    event = CaseEvent.objects.filter(case=first.decision.case).order_by("-pk")[0]
    assert "可换同款新品" in event.note.text


def test_nobody_agrees_to_what_they_asked_for_themselves(decided: Any, shop: Any) -> None:
    decision = decided(answer="needs_approval", approvers="@manager")
    with pytest.raises(NobodyToAgree):
        ask_approval(decision, by=shop.manager, customer=None)
    (approval,) = ask_approval(decision, by=shop.agent, customer=None)
    with pytest.raises(AskedAlready):
        ask_approval(decision, by=shop.agent, customer=None)
    with pytest.raises(NotFound):
        agree(approval, by=shop.agent, customer=None)


def test_a_limit_asks_whoever_stands_above(decided: Any, shop: Any) -> None:
    save_limit(
        of="grant", unit_id=None, role="agent", period="month", limit_cents=1000, by=SYSTEM, scope=EVERYTHING
    )
    (approval,) = ask_approval(decided(), by=shop.agent, customer=None)
    assert approval.because == "grant_limit"
    assert agree(approval, by=shop.manager, customer=None) is not None


def test_a_deputy_agrees_in_ones_place_until_a_day(asked: Any, shop: Any, make_account: Any) -> None:
    helper = make_account("helper", role=Role.MANAGER, unit=shop.north)
    (before,) = asked()
    today = timezone.localdate()
    chosen = before.approver
    other = helper if chosen == shop.manager else shop.manager
    with pytest.raises(InvalidInput):
        set_deputy(chosen, deputy=other, until=today - timedelta(days=1))
    with pytest.raises(InvalidInput):
        set_deputy(chosen, deputy=chosen, until=today)
    set_deputy(chosen, deputy=other, until=today)
    assert list_asked(other) == [before]
    given = agree(Approval.objects.get(pk=before.pk), by=other, customer=None)
    assert given is not None
    assert given.by == other


def test_a_deputy_whose_day_has_passed_is_asked_no_more(asked: Any, shop: Any) -> None:
    (approval,) = asked()
    set_deputy(shop.manager, deputy=shop.owner, until=timezone.localdate())
    Deputy.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert list_asked(shop.owner) == []
    with pytest.raises(NotFound):
        agree(approval, by=shop.owner, customer=None)


def test_an_owner_grants_what_nobody_above_could_agree_to(decided: Any, shop: Any) -> None:
    assert grant(decided(answer="needs_approval"), by=Actor.of(shop.owner), customer=None)
    with pytest.raises(NeedsApproval):
        grant(
            decided(answer="needs_approval", approvers="@manager"),
            by=Actor.of(shop.owner),
            customer=None,
        )


def test_what_nobody_answers_in_time_goes_up_and_stays_at_the_top(asked: Any, shop: Any) -> None:
    (approval,) = asked()
    now = timezone.now()
    assert pass_on_late(now=now) == 0
    late = now + timedelta(hours=5)
    assert [pass_on_late(now=late) for _ in range(2)] == [1, 0]
    moved = Approval.objects.get(pk=approval.pk)
    assert (moved.approver, moved.n_passed_on) == (shop.owner, 1)
    with pytest.raises(NotFound):
        agree(approval, by=shop.manager, customer=None)
    assert pass_on_late(now=late + timedelta(hours=5)) == 1
    assert Approval.objects.get(pk=approval.pk).approver == shop.owner


def test_the_page_answers_refuses_and_names_a_deputy(
    asked: Any, shop: Any, enter: Callable[..., Any]
) -> None:
    (approval,) = asked()
    browser, url = enter(shop.manager), reverse("approvals")
    page = browser.get(url).content.decode()
    assert "Money back 50.00" in page
    assert "The policy asks for it." in page
    answer_url = reverse("approval_answer", args=[approval.pk])
    assert browser.post(answer_url, {"answer": "instead", "comment": ""}).status_code == 422
    assert enter(shop.stranger).post(answer_url, {"answer": "yes"}).status_code == 404
    assert browser.post(answer_url, {"answer": "yes"}).status_code == 302
    assert Compensation.objects.count() == 1
    assert browser.post(answer_url, {"answer": "yes"}).status_code == 409
    deputy_url, today = reverse("approval_deputy"), timezone.localdate().isoformat()
    chosen = {"deputy": str(shop.agent.pk), "until": today}
    assert browser.post(deputy_url, {**chosen, "deputy": "999999"}).status_code == 422
    assert browser.post(deputy_url, chosen).status_code == 302
    assert "agrees in your place until" in browser.get(url).content.decode()
    assert browser.post(deputy_url, {"deputy": ""}).status_code == 302
    assert "agrees in your place until" not in browser.get(url).content.decode()
