"""Policies on the page of a case: ask, grant, put the reason into the answer, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from zhiyin.respond.models import CaseAnswer, Compensation, Decision


def test_a_policy_is_asked_granted_and_taken_back_on_the_page(
    shop: Any, make_case: Any, make_live: Any, enter: Callable[..., Any]
) -> None:
    version, case, browser = make_live(), make_case(), enter(shop.agent)
    case_url = reverse("case", args=[case.number])
    assert "Ask the policy" in browser.get(case_url).content.decode()
    url = reverse("case_policy", args=[case.number])
    form = browser.get(url, {"policy": version.policy.code}).content.decode()
    assert "The fee that is asked" in form
    wrong = browser.post(url, {"policy": version.policy.code, "in-fee": "much"})
    assert (wrong.status_code, Decision.objects.count()) == (422, 0)
    assert browser.post(url, {"policy": version.policy.code, "in-fee": "1,020"}).status_code == 302
    decision = Decision.objects.get()
    assert (decision.input, decision.sources, decision.by) == ({"fee": 1020}, {"fee": "typed"}, shop.agent)
    page = browser.get(case_url).content.decode()
    assert "It is our doing." in page
    assert "Row 1: The fee that is asked &gt; 10 (here: 1,020)" in page
    assert browser.post(reverse("case_grant", args=[case.number, decision.pk])).status_code == 302
    given = Compensation.objects.get()
    undo = reverse("case_grant_undo", args=[case.number, given.pk])
    assert undo in browser.get(case_url).content.decode()
    again = browser.post(reverse("case_grant", args=[case.number, decision.pk]))
    assert again.status_code == 409
    assert "given already" in again.content.decode()
    assert browser.post(undo).status_code == 302
    assert Compensation.objects.get().undone_at is not None


def test_the_reason_is_added_to_the_draft_of_the_answer(
    shop: Any, decided: Any, enter: Callable[..., Any]
) -> None:
    decision, browser = decided(), enter(shop.agent)
    url = reverse("case_policy_reason", args=[decision.case.number, decision.pk])
    for language in ("zh", "en"):
        assert browser.post(url, {"language": language}).status_code == 302
    assert CaseAnswer.objects.get().text == "我们的原因。\n\nIt is our doing."


def test_whoever_may_not_work_there_sees_no_buttons_and_reaches_nothing(
    shop: Any, decided: Any, enter: Callable[..., Any]
) -> None:
    decision = decided()
    number = decision.case.number
    looked = enter(shop.auditor).get(reverse("case", args=[number])).content.decode()
    assert "It is our doing." in looked
    assert "Grant it" not in looked
    stranger = enter(shop.stranger)
    assert stranger.get(reverse("case_policy", args=[number])).status_code == 404
    assert stranger.post(reverse("case_grant", args=[number, decision.pk])).status_code == 404
    assert not Compensation.objects.exists()


def test_a_policy_of_another_unit_cannot_be_asked(
    shop: Any, make_case: Any, make_live: Any, enter: Callable[..., Any]
) -> None:
    version, case = make_live(unit_id=shop.far_store.pk), make_case()
    browser = enter(shop.agent)
    asked = browser.get(reverse("case_policy", args=[case.number]), {"policy": version.policy.code})
    assert asked.status_code == 404
