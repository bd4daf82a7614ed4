"""Who is asked to agree hears of it, who stands in too, and whoever asked hears what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.respond.models import Approval, Notice
from zhiyin.respond.policies.approving import agree, ask_approval, pass_on_late, refuse, set_deputy


@pytest.fixture
def asked(decided: Any, shop: Any) -> Approval:
    decision = decided(answer="needs_approval", approvers="above")
    (approval,) = ask_approval(decision, by=shop.agent, customer=None)
    return approval


def _told(account: Any) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))


def test_the_approver_is_told_and_the_asker_when_it_is_given(asked: Approval, shop: Any) -> None:
    assert (_told(shop.manager), _told(shop.agent)) == (["approval_asked"], [])
    agree(asked, by=shop.manager, customer=None)
    assert _told(shop.agent) == ["approval_given"]


def test_the_asker_is_told_when_it_is_refused(asked: Approval, shop: Any) -> None:
    refuse(asked, comment="换货", by=shop.manager)
    assert _told(shop.agent) == ["approval_refused"]


def test_past_the_time_whoever_is_asked_then_is_told_once(asked: Approval, shop: Any) -> None:
    assert asked.due_at is not None
    late = asked.due_at + timedelta(minutes=1)
    assert [pass_on_late(now=late) for _n in range(2)] == [1, 0]
    assert _told(shop.owner) == ["approval_passed_on"]


def test_a_deputy_hears_what_is_open_and_what_comes(asked: Approval, decided: Any, shop: Any) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for _n in range(2):
        set_deputy(shop.manager, deputy=shop.owner, until=tomorrow)
    assert _told(shop.owner) == ["approval_asked"]
    ask_approval(decided("60", answer="needs_approval", approvers="above"), by=shop.agent, customer=None)
    assert _told(shop.owner) == ["approval_asked", "approval_asked"]
