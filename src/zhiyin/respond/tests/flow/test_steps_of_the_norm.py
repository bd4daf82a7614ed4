"""The dates of ISO 10002, questions, holds and haste: what each step allows, and what it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.respond.errors import CaseChanged, StepImpossible
from zhiyin.respond.flow import services as flow
from zhiyin.respond.flow.errors import UrgedTooSoon
from zhiyin.respond.flow.kinds import Cause, Way
from zhiyin.respond.flow.panels import list_dates
from zhiyin.respond.models import Case, CaseEvent, CaseMessage, CaseStatus, Step
from zhiyin.respond.queries import list_events
from zhiyin.respond.services import (
    CUSTOMER,
    add_voice,
    close_case,
    confirm_solved,
    open_case,
    reopen_case,
    send_answer,
    start_work,
)
from zhiyin.respond.services.erasing import erase_from_cases

pytestmark = pytest.mark.django_db
GRAVE = flow.Assessment(cause=Cause.PRODUCT, severity=4, is_safety=True)
LIGHT = flow.Assessment(cause=Cause.SERVICE, severity=1)


def _open_by_customer(shop: Any, new_id: Any) -> Case:
    return open_case(
        feedback_id=new_id(), unit_id=shop.store.pk, title="面是冷的", by=CUSTOMER, owner=shop.agent
    )


def test_who_writes_into_the_form_knows_at_once_that_we_have_it(shop: Any, new_id: Any) -> None:
    case = Case.objects.get(pk=_open_by_customer(shop, new_id).pk)
    assert case.acknowledged_at == case.opened_at


def test_the_first_answer_says_that_we_have_it(shop: Any, make_case: Any) -> None:
    case = make_case()
    assert case.acknowledged_at is None
    case = send_answer(case, text="已退款", by=shop.by_agent)
    assert case.acknowledged_at == case.answered_at
    with pytest.raises(StepImpossible):
        flow.acknowledge(case, by=shop.by_agent)


def test_a_call_says_it_too_once(shop: Any, make_case: Any) -> None:
    case = flow.acknowledge(make_case(), by=shop.by_agent, note="电话告知")
    assert case.acknowledged_at is not None
    with pytest.raises(StepImpossible):
        flow.acknowledge(case, by=shop.by_agent)


def test_danger_makes_it_urgent_at_once_and_a_second_look_counts(shop: Any, make_case: Any) -> None:
    case = flow.assess(make_case(), GRAVE, by=shop.by_agent, note="烫伤")
    assert (case.urgency, case.severity, case.cause, case.is_safety) == (3, 4, "product", True)
    case = flow.assess(case, LIGHT, by=shop.by_agent)
    assert (case.severity, case.cause, case.is_safety, case.assessments.count()) == (1, "service", False, 2)


@pytest.mark.parametrize("severity", [0, 5])
def test_a_severity_beside_the_scale_is_refused(shop: Any, make_case: Any, severity: int) -> None:
    with pytest.raises(InvalidInput):
        flow.assess(make_case(), flow.Assessment(cause=Cause.PRODUCT, severity=severity), by=shop.by_agent)


def test_an_aspect_must_be_one_of_the_taxonomy(shop: Any, make_case: Any) -> None:
    wrong = flow.Assessment(cause=Cause.PRODUCT, severity=1, aspect="no/such/aspect")
    with pytest.raises(InvalidInput):
        flow.assess(make_case(), wrong, by=shop.by_agent)


def test_the_way_to_the_customer_is_kept_after_an_answer_alone(shop: Any, make_case: Any) -> None:
    case = make_case()
    with pytest.raises(StepImpossible):
        flow.communicate(case, way=Way.PHONE, by=shop.by_agent)
    case = flow.communicate(
        send_answer(case, text="已退款", by=shop.by_agent),
        way=Way.PHONE,
        by=shop.by_agent,
        words="已电话说明",
    )
    assert case.communicated_at is not None
    assert CaseMessage.objects.get(case=case).way == "phone"


def test_who_says_that_it_is_solved_has_read_the_answer(shop: Any, make_case: Any) -> None:
    case = confirm_solved(send_answer(make_case(), text="已退款", by=shop.by_agent))
    assert case.communicated_at == case.closed_at


def test_the_strip_shows_what_is_done_and_what_comes_next(shop: Any, make_case: Any) -> None:
    case = flow.assess(make_case(), LIGHT, by=shop.by_agent)
    marks = list_dates(case)
    assert [one.at is not None for one in marks] == [True, False, True, False, False, False, False]
    assert [one.is_next for one in marks].index(True) == 1
    assert not any(one.is_next for one in list_dates(close_case(case, by=shop.by_agent, reason="重复")))


@pytest.mark.parametrize("step", ["acknowledge", "assess", "find", "ask", "hold"])
def test_what_is_over_takes_no_step_and_a_stale_page_changes_nothing(
    shop: Any, make_case: Any, step: str
) -> None:
    until = timezone.now() + timedelta(days=2)
    by = shop.by_agent
    act = {
        "acknowledge": lambda case, **more: flow.acknowledge(case, by=by, **more),
        "assess": lambda case, **more: flow.assess(case, LIGHT, by=by, **more),
        "find": lambda case, **more: flow.finish_investigation(case, finding="缺人", by=by, **more),
        "ask": lambda case, **more: flow.ask_customer(case, question="哪一天？", by=by, **more),
        "hold": lambda case, **more: flow.hold_case(case, until=until, reason="等配件", by=by, **more),
    }[step]
    case = start_work(make_case(), by=by)
    with pytest.raises(CaseChanged):
        act(case, version=1)
    assert Case.objects.get(pk=case.pk).version == case.version
    act(case)
    ended = close_case(Case.objects.get(pk=case.pk), by=by, reason="重复")
    with pytest.raises(StepImpossible):
        act(ended)


def test_a_question_waits_for_the_customer_and_their_words_bring_it_back(shop: Any, make_case: Any) -> None:
    case = flow.ask_customer(make_case(), question="哪一天买的？", by=shop.by_agent)
    assert case.stands is CaseStatus.WAITING
    assert case.acknowledged_at is not None
    asked = flow.find_question(case)
    assert asked is not None
    assert asked.text == "哪一天买的？"
    case = flow.customer_spoke(case)
    assert case.stands is CaseStatus.WORKING
    assert flow.find_question(case) is None
    assert flow.customer_spoke(case).version == case.version
    assert [event.kind for event in list_events(case)] == ["opened", "asked", "customer_spoke"]


def test_what_they_said_on_the_phone_is_kept_sealed_and_masked(shop: Any, make_case: Any) -> None:
    case = flow.ask_customer(make_case(), question="电话？", by=shop.by_agent)
    case = flow.customer_spoke(case, words="打 13800005678", by=shop.by_agent)
    assert "13800005678" not in case.words.get().masked


def test_a_hold_ends_by_itself_when_the_day_has_come_once(shop: Any, make_case: Any) -> None:
    until = timezone.now() + timedelta(days=2)
    case = flow.hold_case(make_case(), until=until, reason="等配件", told="配件周三到", by=shop.by_agent)
    assert (case.stands, case.held_until) == (CaseStatus.HELD, until)
    told = flow.find_hold(case)
    assert told is not None
    assert told.text == "配件周三到"
    assert flow.resume_due(now=until - timedelta(minutes=1)) == 0
    assert flow.resume_due(now=until) == 1
    assert flow.resume_due(now=until) == 0
    case = Case.objects.get(pk=case.pk)
    assert (case.stands, case.held_until) == (CaseStatus.WORKING, None)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_hold_needs_a_day_to_come_within_a_year_and_a_reason(shop: Any, make_case: Any, days: int) -> None:
    case, until = make_case(), timezone.now() + timedelta(days=days)
    with pytest.raises(InvalidInput):
        flow.hold_case(case, until=until, reason="等配件", by=shop.by_agent)
    with pytest.raises(InvalidInput):
        flow.hold_case(case, until=timezone.now() + timedelta(days=1), reason=" ", by=shop.by_agent)


def test_an_answer_ends_the_hold(shop: Any, make_case: Any) -> None:
    until = timezone.now() + timedelta(days=2)
    case = flow.hold_case(make_case(), until=until, reason="等配件", by=shop.by_agent)
    assert send_answer(case, text="已修好", by=shop.by_agent).held_until is None


def test_the_customer_may_ask_for_haste_once_an_hour_and_the_second_time_raises_it(
    shop: Any, make_case: Any
) -> None:
    case = flow.urge_case(make_case(urgency=1))
    assert (case.n_urged, case.urgency) == (1, 1)
    with pytest.raises(UrgedTooSoon):
        flow.urge_case(case)
    an_hour_ago = timezone.now() - timedelta(hours=1, seconds=1)
    CaseEvent.objects.filter(case=case, kind=Step.URGED).update(at=an_hour_ago)
    case = flow.urge_case(case)
    assert (case.n_urged, case.urgency) == (2, 2)
    case = flow.urge_case(case, by=shop.by_agent, words="又来电话")
    assert (case.n_urged, case.urgency) == (3, 2)


def test_what_is_over_cannot_be_urged(shop: Any, make_case: Any) -> None:
    ended = close_case(make_case(), by=shop.by_agent, reason="重复")
    with pytest.raises(StepImpossible):
        flow.urge_case(ended)
    assert flow.urge_case(reopen_case(ended)).n_urged == 1


def test_what_the_customer_was_asked_is_erased_with_them(shop: Any, make_case: Any) -> None:
    case = flow.ask_customer(make_case(), question="您是王先生吗？", by=shop.by_agent)
    erase_from_cases([case.feedback_id])
    assert CaseMessage.objects.count() == 0
    assert Case.objects.get(pk=case.pk).stands is CaseStatus.CLOSED


def test_words_to_a_case_that_went_into_another_reach_that_one(
    shop: Any, make_case: Any, new_id: Any
) -> None:
    one, other = make_case(), make_case()
    flow.merge_case(one, into=other, by=shop.by_agent)
    flow.ask_customer(Case.objects.get(pk=other.pk), question="哪天？", by=shop.by_agent)
    old = Case.objects.get(pk=one.pk)
    add_voice(old, feedback_id=new_id(), by=CUSTOMER)
    assert flow.customer_spoke(old).pk == other.pk
    assert Case.objects.get(pk=other.pk).stands is CaseStatus.WORKING
    assert flow.urge_case(old).pk == other.pk
    assert other.voices.count() == 3


def test_no_question_asks_to_change_a_review(shop: Any, make_case: Any) -> None:
    case = make_case()
    with pytest.raises(InvalidInput):
        flow.ask_customer(case, question="钱今天退您，麻烦您把差评删掉，可以吗？", by=shop.by_agent)
    assert Case.objects.get(pk=case.pk).stands is CaseStatus.OPEN
