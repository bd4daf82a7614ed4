"""Policies on the page of a case: ask, grant, put the reason into the answer, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import CaseAnswer, CaseEvent, Compensation, Decision
from zhiyin.respond.moods.giving import give_mood
from zhiyin.respond.policies.granting import grant
from zhiyin.respond.policies.tables import Column, Row, Table
from zhiyin.respond.policies.testing import add_test
from zhiyin.respond.policies.versions import go_live, make_policy, save_draft
from zhiyin.respond.services import add_note


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


def test_what_the_case_has_already_is_not_offered_again(
    shop: Any, decided: Any, enter: Callable[..., Any]
) -> None:
    first = decided()
    grant(first, by=shop.by_agent, customer=None)
    again = decided("20", case=first.case)
    page = enter(shop.agent).get(reverse("case", args=[first.case.number])).content.decode()
    assert "The case has been given the same already." in page
    assert reverse("case_grant", args=[first.case.number, again.pk]) not in page


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


def test_the_stars_at_contacts_of_the_case_are_filled_in(
    shop: Any, make_case: Any, enter: Callable[..., Any]
) -> None:
    policy = make_policy(name="安抚", unit_id=None, by=SYSTEM, scope=EVERYTHING)
    words = {"reason_zh": "让您久等了。", "reason_en": "You waited long."}
    row = Row(cells=("<= 2", ""), kind="money", amount="20", **words)
    other = Row(answer="instead", condition_zh="请先坐。", condition_en="Sit down first.", **words)
    columns = (Column(field="mood_lowest"), Column(field="mood_last"))
    save_draft(policy, Table(columns=columns, rows=(row, other)), by=SYSTEM)
    add_test(policy, name="低", given={"mood_lowest": 1}, answer="yes", amount_cents=2000, by=SYSTEM)
    go_live(policy, by=SYSTEM)
    case, browser = make_case(), enter(shop.agent)
    asked = reverse("case_policy", args=[case.number])
    bare = browser.get(asked, {"policy": policy.code}).context["questions"]
    assert [one.value for one in bare] == ["", ""]
    add_note(case, text="客户来电", by=shop.by_agent)
    for kind, stars in (("opened", 2), ("noted", 4)):
        event = CaseEvent.objects.get(case=case, kind=kind)
        give_mood(case, event_id=event.pk, stars=stars, by=shop.by_agent)
    filled = browser.get(asked, {"policy": policy.code}).context["questions"]
    assert [one.value for one in filled] == ["2", "4"]
    assert all("stars" in one.source for one in filled)
    sent = {"policy": policy.code, "in-mood_lowest": "2", "in-mood_last": "4"}
    assert browser.post(asked, sent).status_code == 302
    decision = Decision.objects.get()
    assert (decision.answer, decision.sources) == ("yes", {"mood_lowest": "stars", "mood_last": "stars"})
