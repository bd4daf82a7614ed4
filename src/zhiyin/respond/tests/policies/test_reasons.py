"""What a customer is told of a decision follows what becomes of it, and never promises yesterday."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.respond.models import Approval, Case, CaseAnswer
from zhiyin.respond.policies.approving import agree, ask_approval, refuse
from zhiyin.respond.policies.checking import Wrong, find_faults
from zhiyin.respond.policies.granting import grant
from zhiyin.respond.policies.reasons import texts_of

_ASKS = {
    "answer": "needs_approval",
    "approvers": "above",
    "reason_zh": "我们请主管同意，{due}前答复您。",
    "reason_en": "We ask a manager, and answer you by {due}.",
}


def _texts(decision: Any) -> tuple[str, str]:
    return texts_of(type(decision).objects.get(pk=decision.pk))


def test_until_when_they_are_answered_is_the_time_of_the_case(shop: Any, decided: Any) -> None:
    decision = decided(**_ASKS)
    due = timezone.now().replace(year=2126, month=11, day=24, hour=10, minute=0)
    Case.objects.filter(pk=decision.case_id).update(due_at=due)
    assert _texts(decision) == (
        "我们请主管同意，11月24日 18:00前答复您。",
        "We ask a manager, and answer you by 24 November 18:00.",
    )
    Case.objects.filter(pk=decision.case_id).update(due_at=timezone.now() - timedelta(hours=1))
    assert "{due}" in _texts(decision)[0]


def test_after_a_yes_the_customer_is_told_so(shop: Any, decided: Any) -> None:
    decision = decided(**_ASKS)
    (asked,) = ask_approval(decision, by=shop.agent, customer=None)
    assert "我们请主管同意" in _texts(decision)[0]
    agree(asked, by=shop.manager, customer=None)
    assert _texts(decision) == (
        "好消息，这件事已经同意：为您退款 50.00 元。",
        "Good news, it is agreed: a refund of 50.00.",
    )


def test_a_table_may_word_the_yes_itself(shop: Any, decided: Any) -> None:
    decision = decided(**_ASKS, agreed_zh="主管同意了。", agreed_en="A manager agreed.")
    grant(decision, by=Actor.of(shop.owner), customer=None)
    assert _texts(decision) == ("主管同意了。", "A manager agreed.")


def test_after_a_no_the_customer_is_told_the_way_out(shop: Any, decided: Any, enter: Any) -> None:
    decision = decided(**_ASKS)
    (asked,) = ask_approval(decision, by=shop.agent, customer=None)
    refuse(asked, comment="换一台新的给您。", by=shop.manager)
    chinese, english = _texts(decision)
    assert chinese.endswith("我们可以这样为您解决：换一台新的给您。")
    assert english.startswith("We are sorry")
    page = enter(shop.agent).get(reverse("case", args=[decision.case.number])).content.decode()
    assert "换一台新的给您。" in page
    assert "我们请主管同意" not in page


def test_what_a_limit_holds_up_is_not_told_as_granted(shop: Any, decided: Any) -> None:
    decision = decided(reason_zh="为您全额退款。", reason_en="It is refunded.")
    (asked,) = ask_approval(decision, by=shop.agent, customer=None)
    assert "需要主管同意：为您退款 50.00 元" in _texts(decision)[0]
    agree(asked, by=shop.manager, customer=None)
    assert _texts(decision) == ("为您全额退款。", "It is refunded.")


def test_a_reason_whose_time_has_passed_goes_into_the_draft_with_a_hole(
    shop: Any, decided: Any, enter: Any
) -> None:
    decision = decided(**_ASKS)
    Case.objects.filter(pk=decision.case_id).update(due_at=timezone.now() - timedelta(hours=1))
    url = reverse("case_policy_reason", args=[decision.case.number, decision.pk])
    page = enter(shop.agent).post(url, {"language": "en"}, follow=True).content.decode()
    assert "Its time has passed" in page
    assert "{due}" in CaseAnswer.objects.get().text


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"reason_zh": "{name}，您好。"}, Wrong.UNKNOWN_VARIABLE),
        ({"agreed_en": "Please change your review."}, Wrong.FORBIDDEN),
        ({"agreed_zh": "好" * 301}, Wrong.TOO_LONG),
    ],
)
def test_words_that_must_not_leave_are_faults(make_table: Any, words: Any, wrong: Wrong) -> None:
    assert [one.wrong for one in find_faults(make_table(**words))] == [wrong]


def test_the_editor_says_what_the_check_says_to_each_text(shop: Any, make_live: Any, enter: Any) -> None:
    policy = make_live(reason_zh="我们会尽快联系您。").policy
    browser = enter(shop.owner)
    page = html.unescape(browser.get(reverse("policy_edit", args=[policy.code])).content.decode())
    assert "<q>我们会尽快联系您</q>" in page
    assert page.count("<q>") == 1
    asked = {
        "row-0-reason_zh": "我们会尽快处理。",
        "field": "row-0-reason_zh",
        "kind": "answer",
    }
    headers = {"HX-Request": "true", "HX-Target": "remarks-row-0-reason_zh"}
    part = browser.post(reverse("check_text"), asked, headers=headers).content.decode()
    assert 'id="remarks-row-0-reason_zh"' in part
    assert "我们会尽快处理" in part
    assert "<html" not in part


def test_whoever_is_asked_reads_what_a_yes_tells_the_customer(shop: Any, decided: Any, enter: Any) -> None:
    decision = decided(**_ASKS)
    ask_approval(decision, by=shop.agent, customer=None)
    browser = enter(shop.manager)
    assert Approval.objects.get().approver == shop.manager
    page = browser.get(reverse("approvals")).content.decode()
    assert "Good news, it is agreed: a refund of 50.00." in page
