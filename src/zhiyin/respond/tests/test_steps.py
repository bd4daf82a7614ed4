"""The way of a case: each step is told once, a stale page changes nothing, there is always one owner."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.models import AuditEvent
from zhiyin.respond.errors import CannotOwn, CaseChanged, DraftChanged, NothingToUndo, StepImpossible
from zhiyin.respond.models import Case, CaseAnswer, CaseEvent, CaseStatus, Step
from zhiyin.respond.queries import find_draft, list_answers, list_events, read_words
from zhiyin.respond.services import (
    add_note,
    add_voice,
    close_case,
    confirm_solved,
    reopen_case,
    save_answer_draft,
    send_answer,
    set_due,
    start_work,
    transfer_case,
    undo,
)

pytestmark = pytest.mark.django_db


def _kinds(case: Case) -> list[str]:
    return [event.kind for event in list_events(case)]


def test_the_whole_way_is_told_step_by_step(shop, make_case, new_id) -> None:
    case = make_case()
    case = start_work(case, by=shop.by_agent)
    add_note(case, text="厨房缺人", by=shop.by_agent)
    add_voice(case, feedback_id=new_id(), by=shop.by_agent)
    case = set_due(case, due_at=timezone.now() + timedelta(hours=1), by=shop.by_agent)
    case = transfer_case(case, to=shop.manager, summary="客人要退款，已道歉", by=shop.by_agent)
    case = send_answer(case, text="已退款", by=shop.by_manager)
    case = reopen_case(case, words="钱没到账")
    case = send_answer(case, text="已到账", by=shop.by_manager)
    case = confirm_solved(case)
    wanted = "opened started noted voice_added due_set transferred answered reopened answered solved"
    assert _kinds(case) == wanted.split()
    assert AuditEvent.objects.filter(target_kind="case").count() == len(wanted.split())
    assert (case.n_transfers, case.n_reopened, case.status) == (1, 1, CaseStatus.SOLVED)
    assert case.closed_at is not None
    assert all(event.owner_to_id for event in CaseEvent.objects.filter(case=case))


def test_a_customer_sees_no_step_between_colleagues(shop, make_case) -> None:
    case = start_work(make_case(), by=shop.by_agent)
    add_note(case, text="内部", by=shop.by_agent)
    assert [event.kind for event in list_events(case, for_customer=True)] == ["opened", "started"]


def test_a_stale_page_changes_nothing(shop, make_case) -> None:
    seen = make_case()
    start_work(seen, by=shop.by_manager)
    attempts = [
        lambda: start_work(seen, by=shop.by_agent),
        lambda: send_answer(seen, text="好", by=shop.by_agent),
        lambda: transfer_case(seen, to=shop.manager, summary="请接", by=shop.by_agent),
        lambda: set_due(seen, due_at=timezone.now() + timedelta(hours=1), by=shop.by_agent),
        lambda: close_case(seen, reason="重复", by=shop.by_agent),
    ]
    for attempt in attempts:
        with pytest.raises(CaseChanged, match=seen.number):
            attempt()
    assert _kinds(seen) == ["opened", "started"]
    assert not CaseAnswer.objects.exists()


def test_the_version_of_the_page_counts_not_that_of_the_row_just_read(shop, make_case) -> None:
    case = make_case()
    start_work(case, by=shop.by_manager)
    fresh = Case.objects.get(pk=case.pk)
    with pytest.raises(CaseChanged):
        close_case(fresh, reason="重复", by=shop.by_agent, version=1)


def test_two_may_add_notes_at_once(shop, make_case) -> None:
    case = make_case()
    add_note(case, text="一", by=shop.by_agent)
    add_note(case, text="二", by=shop.by_manager)
    assert [note.text for note in case.notes.order_by("pk")] == ["一", "二"]
    assert Case.objects.get(pk=case.pk).version == case.version


def test_a_transfer_needs_a_summary_and_is_counted(shop, make_case) -> None:
    case = make_case()
    with pytest.raises(InvalidInput, match="summary"):
        transfer_case(case, to=shop.manager, summary=" ", by=shop.by_agent)
    case = transfer_case(case, to=shop.manager, summary="请跟进", by=shop.by_agent)
    assert (case.owner, case.n_transfers) == (shop.manager, 1)
    assert list_events(case)[-1].note.text == "请跟进"


def test_a_case_goes_only_to_somebody_who_may_work_on_it(shop, make_case) -> None:
    case = make_case()
    for account in (shop.stranger, shop.auditor):
        with pytest.raises(CannotOwn):
            transfer_case(case, to=account, summary="请跟进", by=shop.by_agent)
    with pytest.raises(InvalidInput, match="already"):
        transfer_case(case, to=shop.agent, summary="请跟进", by=shop.by_agent)
    assert Case.objects.get(pk=case.pk).owner == shop.agent


def test_an_answer_is_written_as_a_draft_and_sent_once(shop, make_case) -> None:
    case = make_case()
    draft = save_answer_draft(case, text="您好", by=shop.by_agent, version=0)
    draft = save_answer_draft(case, text="您好，", by=shop.by_agent, version=draft.version)
    assert list_answers(case) == []
    case = send_answer(case, by=shop.by_agent)
    assert [answer.text for answer in list_answers(case)] == ["您好，"]
    assert find_draft(case) is None
    assert (case.status, case.answered_at) == (CaseStatus.ANSWERED, list_answers(case)[0].sent_at)
    with pytest.raises(InvalidInput, match="empty"):
        send_answer(case, by=shop.by_agent)


def test_a_draft_that_somebody_else_changed_is_not_overwritten(shop, make_case) -> None:
    case = make_case()
    save_answer_draft(case, text="甲", by=shop.by_agent, version=0)
    with pytest.raises(DraftChanged):
        save_answer_draft(case, text="乙", by=shop.by_manager, version=0)
    with pytest.raises(DraftChanged):
        send_answer(case, text="乙", by=shop.by_manager, draft_version=0)
    assert find_draft(case).text == "甲"


def test_not_solved_reopens_with_the_same_owner(shop, make_case) -> None:
    case = transfer_case(make_case(), to=shop.manager, summary="请跟进", by=shop.by_agent)
    case = send_answer(case, text="好了", by=shop.by_manager)
    case = confirm_solved(case)
    case = reopen_case(case, words="还是没好，打 13812345678")
    assert (case.owner, case.status, case.n_reopened) == (shop.manager, CaseStatus.REOPENED, 1)
    assert case.closed_at is None
    assert case.due_at > timezone.now()
    event = list_events(case)[-1]
    assert (event.actor_kind, event.actor) == ("visitor", None)
    assert "13812345678" not in event.words.masked
    assert read_words(case) == ["还是没好，打 13812345678"]


def test_a_case_of_somebody_who_left_is_reopened_with_the_next(shop, make_case) -> None:
    case = send_answer(make_case(), text="好了", by=shop.by_agent)
    shop.agent.is_active = False
    shop.agent.save()
    case = reopen_case(case)
    assert case.owner == shop.manager
    assert list_events(case)[-1].owner_from == shop.agent


def test_only_what_was_answered_can_be_solved_or_reopened_by_the_customer(make_case) -> None:
    case = make_case()
    for step in (confirm_solved, reopen_case):
        with pytest.raises(StepImpossible, match=case.number):
            step(case)


def test_closing_while_the_customer_waits_needs_a_reason(shop, make_case) -> None:
    case = make_case()
    with pytest.raises(InvalidInput, match="reason"):
        close_case(case, by=shop.by_agent)
    assert close_case(case, reason="重复提交", by=shop.by_agent).status == CaseStatus.CLOSED
    answered = send_answer(make_case(), text="好", by=shop.by_agent)
    assert close_case(answered, by=shop.by_agent).status == CaseStatus.CLOSED


def test_nothing_more_happens_to_a_closed_case_but_reopening(shop, make_case) -> None:
    case = close_case(make_case(), reason="重复", by=shop.by_agent)
    for step in (
        lambda: start_work(case, by=shop.by_agent),
        lambda: send_answer(case, text="好", by=shop.by_agent),
        lambda: close_case(case, reason="重复", by=shop.by_agent),
        lambda: transfer_case(case, to=shop.manager, summary="请跟进", by=shop.by_agent),
    ):
        with pytest.raises(StepImpossible):
            step()
    assert reopen_case(case).status == CaseStatus.REOPENED


def test_closing_and_transferring_can_be_taken_back(shop, make_case) -> None:
    case = start_work(make_case(), by=shop.by_agent)
    case = undo(close_case(case, reason="重复", by=shop.by_agent), by=shop.by_agent)
    assert (case.status, case.closed_at) == (CaseStatus.WORKING, None)
    case = transfer_case(case, to=shop.manager, summary="请跟进", by=shop.by_agent)
    case = undo(case, by=shop.by_agent)
    assert (case.owner, case.n_transfers) == (shop.agent, 0)
    assert _kinds(case)[-4:] == ["closed", "close_undone", "transferred", "transfer_undone"]


def test_only_the_last_step_of_oneself_is_taken_back_and_soon(shop, make_case) -> None:
    case = transfer_case(make_case(), to=shop.manager, summary="请跟进", by=shop.by_agent)
    with pytest.raises(NothingToUndo):
        undo(case, by=shop.by_manager)
    case = start_work(case, by=shop.by_manager)
    with pytest.raises(NothingToUndo):
        undo(case, by=shop.by_agent)
    case = close_case(case, reason="重复", by=shop.by_manager)
    CaseEvent.objects.filter(case=case, kind=Step.CLOSED).update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(NothingToUndo):
        undo(case, by=shop.by_manager)


def test_due_is_a_time_to_come(shop, make_case) -> None:
    with pytest.raises(InvalidInput, match="passed"):
        set_due(make_case(), due_at=timezone.now() - timedelta(minutes=1), by=shop.by_agent)
