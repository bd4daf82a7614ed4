"""With its case a promised call ends: told why, never escalated, and back with the case alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.callbacks.missing import mark_missed
from zhiyin.respond.callbacks.services import move_call_back
from zhiyin.respond.flow.merging import merge_case
from zhiyin.respond.models import CallBack, Case, CaseEvent, CaseNote, Clock, Step
from zhiyin.respond.services import close_case, send_answer
from zhiyin.respond.services.customer import confirm_solved
from zhiyin.respond.services.handing import undo


def _now(case: Case) -> Case:
    return Case.objects.select_related("unit", "owner").get(pk=case.pk)


def _state(call: CallBack) -> CallBackState:
    return CallBack.objects.get(pk=call.pk).stands


def test_solved_by_the_customer_the_call_is_called_off_and_the_story_says_why(
    make_case: Any, promise: Any, shop: Any
) -> None:
    case = make_case()
    call = promise(case)
    send_answer(_now(case), text="您好，已为您退款 18 元。", by=shop.by_agent)
    confirm_solved(_now(case))
    assert _state(call) is CallBackState.CANCELLED
    last = CaseEvent.objects.filter(case=case).select_related("note").order_by("at", "id").last()
    assert last is not None
    assert last.note is not None
    assert (last.kind, last.actor_kind) == (Step.NOTED, "visitor")
    assert last.note.text.endswith("问题已解决。")
    assert not Clock.objects.filter(case=case, stopped_at=None).exists()


@pytest.mark.parametrize("is_late", [False, True])
def test_closed_by_staff_it_ends_too_and_comes_back_with_the_case(
    make_case: Any, promise: Any, let_pass: Any, shop: Any, is_late: bool
) -> None:
    case = make_case()
    call = promise(case)
    if is_late:
        mark_missed(now=let_pass(call))
    before = _state(call)
    by = shop.by_manager if is_late else shop.by_agent
    closed = close_case(_now(case), by=by, reason="客户说不用了")
    assert _state(call) is CallBackState.CANCELLED
    assert CaseNote.objects.filter(case=case, text__endswith="工单已结案。").count() == 1
    undo(closed, by=by)
    assert _state(call) is before
    # A promise that was broken before stays broken in the figures.
    assert Clock.objects.filter(case=case, breached_at__isnull=False).exists() is is_late


def test_a_call_of_a_case_that_is_over_never_climbs(
    make_case: Any, promise: Any, let_pass: Any, shop: Any
) -> None:
    case, heir = make_case(), make_case()
    call = promise(case)
    merge_case(_now(case), into=_now(heir), by=shop.by_agent)
    assert _state(call) is CallBackState.PLANNED
    close_case(_now(heir), by=shop.by_agent, reason="客户说不用了")
    assert _state(call) is CallBackState.CANCELLED
    # Left over from before, or put back since: its time passes, and nobody is told or moved.
    CallBack.objects.update(state=CallBackState.PLANNED, ended_at=None)
    assert mark_missed(now=let_pass(call)) == 0
    assert _state(call) is CallBackState.CANCELLED
    assert not CaseEvent.objects.filter(kind__in=[Step.ESCALATED, Step.PROMISE_BROKEN]).exists()


def test_what_was_promised_after_the_end_is_still_owed(
    make_case: Any, promise: Any, let_pass: Any, shop: Any
) -> None:
    case = make_case()
    close_case(_now(case), by=shop.by_agent, reason="客户说不用了")
    call = promise(_now(case))
    call = move_call_back(
        call, promised_at=timezone.now() + timedelta(hours=3), window_minutes=30, by=shop.by_agent
    )
    assert mark_missed(now=let_pass(call)) == 1
    assert _state(call) is CallBackState.MISSED
    assert _now(case).level == 0
