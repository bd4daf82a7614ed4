"""Clocks start, rest, go on and stop with the steps of their case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.people.actors import SYSTEM
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.counting import due_moment, used_minutes
from zhiyin.respond.clocks.kinds import TimeUnit
from zhiyin.respond.models import Case, CaseStatus, Clock, ClockRule, Step
from zhiyin.respond.services import close_case, reopen_case, send_answer, set_due, start_work, undo
from zhiyin.respond.services.changes import changing

_TEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday
_MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Says what time it is."""

    def be(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    be(_TEN)
    return be


def _put(case: Case, status: CaseStatus, *, step: Step) -> Case:
    with changing(case, step=step, by=SYSTEM) as change:
        change.case.status = status
    return change.case


def _clock(case: Case, kind: str = "first_answer") -> Clock:
    return Clock.objects.filter(case=case, kind=kind).latest("pk")


def test_a_case_is_due_by_the_nearest_of_its_clocks(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule("first_answer", amount=120)
    make_rule("solution", amount=1_080)
    case = make_case()
    assert case.due_at == _TEN + 120 * _MINUTE
    assert {clock.kind for clock in case.clocks.all()} == {"first_answer", "solution"}
    answered = send_answer(case, text="好了", by=SYSTEM)
    assert _clock(answered).stopped_at == _TEN
    assert _clock(answered, "solution").rests_since == _TEN


def test_without_rules_a_case_is_due_as_before(at: Any, make_case: Any) -> None:
    assert make_case().due_at == _TEN + timedelta(days=2)


def test_a_time_that_somebody_set_is_kept_until_the_customer_comes_back(
    at: Any, make_rule: Any, make_case: Any
) -> None:
    make_rule("first_answer", amount=120)
    make_rule("next_answer", amount=60)
    chosen = _TEN + timedelta(days=1)
    case = make_case(due_at=chosen)
    assert case.due_at == chosen
    assert start_work(case, by=SYSTEM).due_at == chosen
    answered = send_answer(set_due(_again(case), due_at=chosen + _MINUTE, by=SYSTEM), text="好了", by=SYSTEM)
    assert reopen_case(answered).due_at == _TEN + 60 * _MINUTE


def test_while_the_customer_is_asked_no_time_passes(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule("first_answer", amount=120)
    case = make_case()
    at(_TEN + 30 * _MINUTE)
    case = _put(case, CaseStatus.WAITING, step=Step.ASKED)
    assert _clock(case).rests_since == _TEN + 30 * _MINUTE
    at(_TEN + timedelta(days=1))
    case = _put(case, CaseStatus.WORKING, step=Step.CUSTOMER_SPOKE)
    assert case.due_at == _TEN + timedelta(days=1) + 90 * _MINUTE
    at(_TEN + timedelta(days=1) + 20 * _MINUTE)
    send_answer(case, text="好了", by=SYSTEM)
    clock = _clock(case)
    assert (clock.counted_minutes, clock.breached_at) == (50, None)


def test_a_rule_may_say_that_its_clock_never_rests(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule("first_answer", amount=120, does_rest=False)
    case = _put(make_case(), CaseStatus.WAITING, step=Step.ASKED)
    assert _clock(case).is_running


def test_a_case_that_ends_while_its_clock_rests_was_not_late(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule("first_answer", amount=120)
    case = _put(make_case(), CaseStatus.WAITING, step=Step.ASKED)
    at(_TEN + timedelta(days=3))
    close_case(case, by=SYSTEM, reason="客户不再需要")
    clock = _clock(case)
    assert (clock.counted_minutes, clock.breached_at) == (0, None)


def test_an_answer_after_its_time_was_late_even_where_nobody_looked(
    at: Any, make_rule: Any, make_case: Any
) -> None:
    make_rule("first_answer", amount=120)
    case = make_case()
    at(_TEN + 121 * _MINUTE)
    send_answer(case, text="好了", by=SYSTEM)
    assert _clock(case).breached_at == _TEN + 120 * _MINUTE


def test_closing_that_is_undone_leaves_the_clocks_as_they_were(
    at: Any, make_rule: Any, make_case: Any, shop: Any
) -> None:
    make_rule("first_answer", amount=120)
    case = make_case()
    close_case(case, by=shop.by_agent, reason="重复")
    assert _clock(case).stopped_at == _TEN
    at(_TEN + 5 * _MINUTE)
    undone = undo(_again(case), by=shop.by_agent)
    clock = _clock(undone)
    assert (clock.stopped_at, clock.due_at) == (None, _TEN + 120 * _MINUTE)
    assert Clock.objects.count() == 1


def test_an_ended_case_that_is_reopened_owes_an_answer_and_a_solution(
    at: Any, make_rule: Any, make_case: Any
) -> None:
    make_rule("next_answer", amount=60)
    make_rule("solution", amount=1_080)
    case = close_case(make_case(), by=SYSTEM, reason="重复")
    at(_TEN + 60 * _MINUTE)
    reopened = reopen_case(case)
    running = {clock.kind for clock in Clock.objects.filter(case=case, stopped_at=None)}
    assert running == {"next_answer", "solution"}
    assert reopened.due_at == _TEN + 120 * _MINUTE


def test_the_rule_nearest_to_the_unit_and_strictest_of_the_case_holds(
    at: Any, make_rule: Any, make_case: Any, shop: Any
) -> None:
    make_rule(amount=500)
    make_rule(amount=400, min_urgency=2)
    make_rule(amount=300, unit=shop.north)
    make_rule(amount=1, unit=shop.far_store)
    make_rule(amount=2, is_on=False, unit=shop.store)
    assert _clock(make_case(urgency=3)).rule.amount == 300
    in_company = make_case(unit_id=shop.company.pk, urgency=2, by=SYSTEM)
    assert _clock(in_company).rule.amount == 400


def test_a_new_version_holds_for_cases_from_its_day_on(at: Any, make_rule: Any, make_case: Any) -> None:
    first = make_rule(amount=120)
    make_rule(amount=60, key=first.key, version=2, from_day=_TEN.date() + timedelta(days=1))
    early = make_case()
    at(_TEN + timedelta(days=1))
    assert _clock(early).rule.amount == 120
    assert _clock(make_case()).rule.amount == 60


def test_after_the_assessment_the_rule_for_grave_cases_holds(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule("solution", amount=1_000)
    make_rule("solution", amount=200, min_severity=3)
    case = make_case()
    with changing(case, step=Step.ASSESSED, by=SYSTEM) as change:
        change.case.severity = 4
    assert _clock(case, "solution").rule.amount == 200
    assert change.case.due_at == _clock(case, "solution").due_at < case.due_at


@pytest.mark.parametrize("plan", ["WRA", "RWRWA", "WWRHRA", "RRWC", "AORWRA", "WARWC", "HWRAOA"])
def test_clocks_agree_with_a_count_of_every_minute_after_any_steps(
    at: Any, make_rule: Any, make_case: Any, plan: str
) -> None:
    """W asks the customer, R goes on, H holds, A answers, O reopens, C closes; 47 minutes between."""
    make_rule("first_answer", amount=400)
    make_rule("next_answer", amount=300)
    make_rule("solution", amount=1_500)
    case, now = make_case(), _TEN
    stood: list[tuple[datetime, CaseStatus]] = [(now, CaseStatus.OPEN)]
    for sign in plan:
        now += 47 * _MINUTE
        at(now)
        case = _take(_again(case), sign)
        stood.append((now, case.stands))
    for clock in Clock.objects.filter(case=case).select_related("rule"):
        assert _counted(clock, case=case, now=now) == _brute(clock, stood=stood, now=now, case=case)


def _take(case: Case, sign: str) -> Case:
    if sign == "A":
        return send_answer(case, text="好了", by=SYSTEM)
    if sign == "O":
        return reopen_case(case)
    if sign == "C":
        return close_case(case, by=SYSTEM, reason="重复")
    status, step = {
        "W": (CaseStatus.WAITING, Step.ASKED),
        "R": (CaseStatus.WORKING, Step.CUSTOMER_SPOKE),
        "H": (CaseStatus.HELD, Step.HELD),
    }[sign]
    return _put(case, status, step=step)


def _counted(clock: Clock, *, case: Case, now: datetime) -> float:
    if clock.counted_minutes is not None:
        return clock.counted_minutes
    calendar = calendar_for(case.unit_id, at=clock.started_at)
    rests = clock.list_rests()
    used = used_minutes(calendar, start=clock.started_at, end=now, unit=TimeUnit.WORKING_MINUTES, rests=rests)
    assert clock.due_at == due_moment(calendar, start=clock.started_at, budget=clock.rule.budget, rests=rests)
    return used


def _brute(clock: Clock, *, stood: list[tuple[datetime, CaseStatus]], now: datetime, case: Case) -> float:
    """Every minute of the clock's life in which the case was ours, from 9 to 18 o'clock on a weekday."""
    n_counted, minute, end = 0, clock.started_at, clock.stopped_at or now
    resting = {CaseStatus.WAITING} | ({CaseStatus.ANSWERED} if clock.kind == "solution" else set())
    while minute < end:
        local = minute.astimezone(ZoneInfo("Asia/Shanghai"))
        status = [one for since, one in stood if since <= minute][-1]
        n_counted += 9 <= local.hour < 18 and local.weekday() < 5 and status not in resting
        minute += _MINUTE
    return n_counted


def _again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_every_rule_keeps_the_version_that_a_clock_runs_by(at: Any, make_rule: Any, make_case: Any) -> None:
    rule = make_rule(amount=120)
    case = make_case()
    make_rule(amount=30, key=rule.key, version=2)
    assert start_work(case, by=SYSTEM).due_at == _TEN + 120 * _MINUTE
    assert ClockRule.objects.filter(key=rule.key).count() == 2
