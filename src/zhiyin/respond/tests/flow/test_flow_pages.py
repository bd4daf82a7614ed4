"""The flow on the page of a case: every form works, what is refused keeps what was typed, scopes hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.flow import services as flow
from zhiyin.respond.models import Case, CaseStatus
from zhiyin.respond.queries import list_feedback_ids
from zhiyin.respond.services import add_voice, send_answer

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "case-looking"}


def _again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _page(browser: Any, case: Case) -> str:
    return browser.get(reverse("case", args=[case.number])).content.decode()


def _post(browser: Any, name: str, case: Case, **fields: Any) -> Any:
    return browser.post(reverse(name, args=[case.number]), fields)


def test_each_step_is_one_form_and_stands_in_the_story(shop: Any, make_case: Any, enter: Any) -> None:
    case, browser = make_case(), enter(shop.agent)
    steps = [
        ("case_acknowledge", {"ack_note": "by phone"}),
        ("case_assess", {"cause": "product", "severity": "3", "is_safety": "1"}),
        ("case_finding", {"finding": "the fridge failed"}),
        ("case_ask", {"question": "Which day was it?"}),
        ("case_resume", {"spoken": "It was Monday"}),
        ("case_urge", {"urge_words": "called again"}),
    ]
    for name, fields in steps:
        assert _post(browser, name, case, version=_again(case).version, **fields).status_code == 302, name
    page = _page(browser, case)
    for words in (
        "by phone",
        "Fault of the product · 3 serious · danger to somebody",
        "the fridge failed",
        "Which day was it?",
        "passed on what the customer said",
        "It was Monday",
        "haste asked for 1 time",
    ):
        assert words in page, words
    send_answer(_again(case), text="sorry", by=shop.by_agent)
    told = {"way": "phone", "told_words": "told by phone", "version": _again(case).version}
    assert _post(browser, "case_told", case, **told).status_code == 302
    assert "told by phone" in _page(browser, case)


def test_a_hold_is_shown_with_its_day_and_ended_by_hand(shop: Any, make_case: Any, enter: Any) -> None:
    case, browser = make_case(), enter(shop.agent)
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    fields = {"until": day, "hold_reason": "a part is on its way", "hold_told": "It comes on Friday"}
    assert _post(browser, "case_hold", case, **fields).status_code == 302
    held = _again(case)
    assert (held.stands, timezone.localtime(held.held_until).hour) == (CaseStatus.HELD, 8)
    page = _page(browser, case)
    assert "On hold until" in page
    assert "It comes on Friday" in page
    _post(browser, "case_resume", case, version=held.version)
    assert _again(case).stands is CaseStatus.WORKING


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("case_assess", {"cause": "weather", "severity": "2"}),
        ("case_assess", {"cause": "product", "severity": "9"}),
        ("case_finding", {"finding": " "}),
        ("case_ask", {"question": ""}),
        ("case_hold", {"until": "2026-99-99", "hold_reason": "KEEP-ME"}),
        ("case_hold", {"until": "2001-01-01", "hold_reason": "KEEP-ME"}),
        ("case_merge", {"into": "NO-SUCH"}),
        ("case_group", {"under": "NO-SUCH"}),
        ("case_update", {"update": ""}),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    shop: Any, make_case: Any, enter: Any, name: str, fields: dict[str, str]
) -> None:
    answer = _post(enter(shop.agent), name, make_case(), **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert "KEEP-ME" not in fields.values() or "KEEP-ME" in page


@pytest.mark.parametrize(
    "name",
    [
        *("case_acknowledge", "case_assess", "case_finding", "case_told", "case_ask", "case_hold"),
        *("case_resume", "case_urge", "case_follow", "case_clone", "case_merge", "case_unmerge"),
        *("case_split", "case_unsplit", "case_group", "case_ungroup", "case_update", "case_looking"),
    ],
)
def test_another_units_case_does_not_exist(shop: Any, make_case: Any, enter: Any, name: str) -> None:
    case = make_case()
    assert _post(enter(shop.stranger), name, case).status_code == 404
    assert _again(case).version == case.version


def test_who_only_reads_sees_the_dates_but_no_form(shop: Any, make_case: Any, enter: Any) -> None:
    page = _page(enter(shop.auditor), make_case())
    assert "How far it is" in page
    assert "case-looking" not in page
    assert "Put on hold" not in page


def test_a_merge_has_its_undo_and_both_pages_lead_to_each_other(
    shop: Any, make_case: Any, enter: Any
) -> None:
    one, other, browser = make_case(title="one"), make_case(title="other"), enter(shop.agent)
    answer = _post(browser, "case_merge", one, into=other.number, version=one.version)
    assert answer["Location"] == reverse("case", args=[other.number])
    assert reverse("case_unmerge", args=[one.number]) in _page(browser, other)
    page = _page(browser, one)
    assert "goes on there" in page
    assert f"merged into {other.number}" in page
    assert reverse("case_reopen", args=[one.number]) not in page
    _post(browser, "case_unmerge", one)
    assert _again(one).is_open


def test_a_case_of_another_unit_is_no_target(shop: Any, make_case: Any, enter: Any) -> None:
    mine, theirs = make_case(), make_case(unit_id=shop.far_store.pk, owner=shop.stranger)
    browser = enter(shop.agent)
    assert _post(browser, "case_merge", mine, into=theirs.number).status_code == 422
    assert _post(browser, "case_group", mine, under=theirs.number).status_code == 422
    assert _again(theirs).version == theirs.version


def test_voices_are_split_off_and_brought_back(shop: Any, make_case: Any, enter: Any, new_id: Any) -> None:
    case, other, browser = make_case(), new_id(), enter(shop.agent)
    add_voice(case, feedback_id=other, by=shop.by_agent)
    assert _post(browser, "case_split", case, split_title="another matter").status_code == 409
    _post(browser, "case_split", case, split_title="another matter", feedback=[other])
    new = Case.objects.get(title="another matter")
    assert list_feedback_ids(new) == [other]
    _post(browser, "case_unsplit", new)
    assert len(list_feedback_ids(case)) == 2


def test_a_group_shows_its_reach_and_answers_all(shop: Any, make_case: Any, enter: Any) -> None:
    cases, browser = [make_case(), make_case()], enter(shop.agent)
    parent = flow.open_group(cases, title="no water", by=shop.by_agent, scope=EVERYTHING)
    for case in cases:
        assert _post(browser, "case_group", case, under=parent.number).status_code == 302
    page = _page(browser, parent)
    assert "<b>2</b> cases" in page
    assert "<b>2</b> people" in page
    assert 'id="checked-update"' in page
    asked = {"update": "我们会尽快处理。", "field": "update", "kind": "answer"}
    checked = browser.post(reverse("check_text"), asked, headers=HTMX).content.decode()
    assert "plain-remarks" in checked
    _post(browser, "case_update", parent, update="water is back")
    assert {_again(case).status for case in cases} == {"answered"}
    _post(browser, "case_ungroup", cases[0], back=parent.number)
    assert _again(cases[0]).parent_id is None


def test_a_copy_opens_and_both_tell_of_each_other(shop: Any, make_case: Any, enter: Any) -> None:
    case, browser = make_case(), enter(shop.agent)
    _post(browser, "case_clone", case, clone_title="the copy")
    new = Case.objects.get(title="the copy")
    assert new.number in _page(browser, case)
    assert case.number in _page(browser, new)


def test_colleagues_see_who_is_there_and_who_writes(shop: Any, make_case: Any, enter: Any) -> None:
    case, agent, manager = make_case(), enter(shop.agent), enter(shop.manager)
    url = reverse("case_looking", args=[case.number])
    agent.post(url, {"writing": ""}, headers=HTMX)
    assert "agent is looking" in _page(manager, case)
    agent.post(url, {"writing": "1"}, headers=HTMX)
    part = manager.post(url, {"writing": ""}, headers=HTMX).content.decode()
    assert "agent is writing" in part
    assert "manager" not in part


def test_following_is_a_switch(shop: Any, make_case: Any, enter: Any) -> None:
    case, browser = make_case(), enter(shop.manager)
    _post(browser, "case_follow", case, action="follow")
    assert case.follows.count() == 1
    assert 'aria-pressed="true"' in _page(browser, case)
    _post(browser, "case_follow", case, action="unfollow")
    assert case.follows.count() == 0
