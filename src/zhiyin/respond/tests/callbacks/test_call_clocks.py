"""A promised call is a clock: it runs to the end of its time, is late, stops, and climbs the ladder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.callbacks.kinds import Outcome
from zhiyin.respond.callbacks.missing import mark_missed
from zhiyin.respond.callbacks.services import (
    cancel_call_back,
    move_call_back,
    record_call,
    restore_call_back,
)
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.watching import warn_early
from zhiyin.respond.ladders.climbing import climb
from zhiyin.respond.ladders.kinds import Deed, Whom
from zhiyin.respond.ladders.services import RungWords, add_rung
from zhiyin.respond.models import CallBack, Case, Clock, Notice
from zhiyin.respond.services import close_case
from zhiyin.respond.services.handing import undo


def _clock(call: CallBack) -> Clock:
    return Clock.objects.filter(kind=ClockKind.CALL_BACK.value, code=str(call.pk)).latest("pk")


def test_it_runs_to_the_end_of_the_promised_time(make_case: Any, promise: Any) -> None:
    case = make_case()
    call = promise(case)
    clock = _clock(call)
    assert (clock.due_at, clock.is_running) == (call.until_at, True)
    assert Case.objects.get(pk=case.pk).due_at == case.due_at


def test_called_moved_cancelled_and_put_back_the_clock_follows(
    make_case: Any, promise: Any, shop: Any
) -> None:
    call = promise(make_case())
    later = timezone.now() + timedelta(hours=5)
    move_call_back(call, promised_at=later, window_minutes=30, by=shop.by_agent)
    assert _clock(call).due_at == later + timedelta(minutes=30)
    assert Clock.objects.filter(kind="call_back", stopped_at=None).count() == 1
    cancel_call_back(call, by=shop.by_agent)
    assert not Clock.objects.filter(kind="call_back").exists()
    restore_call_back(call, by=shop.by_agent)
    assert _clock(call).is_running
    record_call(call, outcome=Outcome.REACHED, by=shop.by_agent)
    stopped = _clock(call)
    assert (stopped.is_running, stopped.breached_at) == (False, None)


def test_missed_it_is_late_and_the_owner_is_told(
    make_case: Any, promise: Any, let_pass: Any, shop: Any
) -> None:
    call = promise(make_case())
    now = let_pass(call)
    assert mark_missed(now=now) == 1
    clock = _clock(call)
    assert (clock.is_running, clock.breached_at) == (True, now)
    later = timezone.now() + timedelta(hours=5)
    move_call_back(CallBack.objects.get(), promised_at=later, window_minutes=30, by=shop.by_agent)
    late, anew = Clock.objects.filter(kind="call_back").order_by("pk")
    assert (late.stopped_at is None, late.breached_at) == (False, now)
    assert (anew.is_running, anew.breached_at) == (True, None)
    assert "call_missed" in Notice.objects.filter(account=shop.agent).values_list("kind", flat=True)
    record_call(CallBack.objects.get(), outcome=Outcome.REACHED, by=shop.by_agent)
    assert _clock(call).stopped_at is not None


def test_tried_in_time_the_clock_ends_and_is_not_late(
    make_case: Any, promise: Any, let_pass: Any, shop: Any
) -> None:
    call = promise(make_case())
    record_call(call, outcome=Outcome.NO_ANSWER, by=shop.by_agent)
    now = let_pass(call)
    call.attempts.update(at=now - timedelta(minutes=90))
    assert mark_missed(now=now) == 0
    clock = _clock(call)
    assert (clock.stopped_at, clock.breached_at) == (now, None)


@pytest.fixture
def rung(db: None) -> Any:
    """For calls: ten minutes late, the case goes to whoever stands above."""
    words = RungWords(minutes=10, whom=Whom.ABOVE, deed=Deed.HAND_OVER, kind=ClockKind.CALL_BACK)
    made = add_rung(words, by=SYSTEM, scope=EVERYTHING)
    type(made).objects.update(made_at=timezone.now() - timedelta(days=1))
    return made


def test_with_a_ladder_for_calls_the_case_climbs_by_that_alone(
    rung: Any, make_case: Any, promise: Any, let_pass: Any, shop: Any
) -> None:
    call = promise(make_case())
    now = let_pass(call)
    assert mark_missed(now=now) == 1
    assert Case.objects.get().level == 0
    due = _clock(call).due_at
    assert climb(now=due + timedelta(minutes=9)) == 0
    assert [climb(now=due + timedelta(minutes=10)) for _n in range(2)] == [1, 0]
    case = Case.objects.get()
    assert (case.level, case.owner) == (1, shop.manager)
    assert CallBack.objects.get().owner == shop.manager


def test_closing_calls_the_call_off_and_taking_it_back_lets_its_clock_run_on(
    make_case: Any, promise: Any, shop: Any
) -> None:
    case = make_case()
    call = promise(case)
    closed = close_case(Case.objects.get(pk=case.pk), by=shop.by_agent, reason="客户说不用了")
    # Called off in time, it was never owed: no figure counts it.
    assert not Clock.objects.filter(kind=ClockKind.CALL_BACK).exists()
    undo(closed, by=shop.by_agent)
    assert _clock(call).is_running
    assert _clock(call).due_at == call.until_at


def test_the_owner_is_warned_before_the_window_ends(make_case: Any, promise: Any, shop: Any) -> None:
    call = promise(make_case())
    assert warn_early(now=call.until_at - timedelta(minutes=1)) == 1
    notice = Notice.objects.get(account=shop.agent)
    assert (notice.kind, notice.facts["clock"]) == ("clock_soon", "call_back")


def test_the_case_explains_the_clock_and_its_rules_do_not_show_it(
    make_case: Any, promise: Any, shop: Any, enter: Any
) -> None:
    case = make_case()
    promise(case)
    page = enter(shop.agent).get(reverse("case", args=[case.number])).content.decode()
    assert "A call is promised to the end of its time" in page
    rules = enter(shop.owner).get(reverse("manage_clocks")).content.decode()
    assert "No rules yet" in rules
    assert "call_back" not in rules
