"""Rungs by a moving clock: who is told, who has the case, once each, and what waits or does not climb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zhiyin.insight.models import Delivery, Destination
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.roles import Role
from zhiyin.people.worktime.services import make_calendar
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.ladders.climbing import climb
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, Clock, Notice, RungTaken, Step
from zhiyin.respond.services.changes import changing

TEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday

_MINUTE = timedelta(minutes=1)
_DUE = TEN + 60 * _MINUTE


def _told(account: Any) -> list[str]:
    return list(Notice.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))


def test_the_ladder_is_climbed_rung_by_rung_each_once(at: Any, make_rung: Any, timed: Any, shop: Any) -> None:
    make_rung(-30, whom="owner")
    make_rung(0, whom="above")
    make_rung(60, whom="above", deed="hand_over")
    make_rung(120, whom="above", deed="hand_over")
    case = timed()
    assert climb(now=at(_DUE - 31 * _MINUTE)) == 0
    assert [climb(now=at(_DUE - 30 * _MINUTE)) for _n in range(2)] == [1, 0]
    assert _told(shop.agent) == ["clock_soon"]
    assert [climb(now=at(_DUE)) for _n in range(2)] == [1, 0]
    assert _told(shop.manager) == ["clock_late"]
    assert climb(now=at(_DUE + 60 * _MINUTE)) == 1
    assert _story(case) == (shop.manager, 1)
    assert climb(now=at(_DUE + 120 * _MINUTE)) == 1
    assert _story(case) == (shop.owner, 2)
    assert _told(shop.owner) == ["escalated"]
    assert "case_gone" in _told(shop.agent)
    kinds = CaseEvent.objects.filter(case=case).order_by("at", "pk").values_list("kind", flat=True)
    assert list(kinds) == ["opened", "noted", "noted", "escalated", "escalated"]


def test_after_a_standstill_only_the_highest_rung_that_has_come_tells(
    at: Any, make_rung: Any, timed: Any, shop: Any
) -> None:
    make_rung(-30, whom="owner")
    make_rung(0, whom="above")
    make_rung(60, whom="above", deed="hand_over")
    make_rung(120, whom="above", deed="hand_over")
    case = timed()
    assert climb(now=at(_DUE + 100 * _MINUTE)) == 3
    assert (_told(shop.manager), _story(case)) == (["escalated"], (shop.manager, 1))
    assert "clock_soon" not in _told(shop.agent)
    results = RungTaken.objects.order_by("rung__minutes").values_list("result", flat=True)
    assert list(results) == ["passed", "passed", "handed_over"]
    assert [climb(now=at(_DUE + n * _MINUTE)) for n in (101, 121)] == [0, 1]
    assert _story(case) == (shop.owner, 2)


def _story(case: Case) -> tuple[Any, int]:
    fresh = Case.objects.get(pk=case.pk)
    return fresh.owner, fresh.level


def test_an_answer_stops_the_climb(at: Any, make_rung: Any, timed: Any) -> None:
    make_rung(0)
    with changing(timed(), step=Step.ANSWERED, by=SYSTEM) as change:
        change.case.status = CaseStatus.ANSWERED
    assert climb(now=at(_DUE + 60 * _MINUTE)) == 0


def test_what_was_late_before_there_was_a_rung_does_not_climb(at: Any, make_rung: Any, timed: Any) -> None:
    timed()
    at(_DUE + 10 * _MINUTE)
    make_rung(0)
    make_rung(30)
    assert climb(now=at(_DUE + 20 * _MINUTE)) == 0
    assert climb(now=at(_DUE + 30 * _MINUTE)) == 1


def test_a_unit_s_own_ladder_holds_instead_and_one_for_the_kind_before_one_for_any(
    at: Any, make_rung: Any, timed: Any, shop: Any
) -> None:
    make_rung(0)
    make_rung(10, unit_id=shop.north.pk)
    own = make_rung(20, unit_id=shop.north.pk, kind=ClockKind.FIRST_ANSWER)
    elsewhere = make_rung(5, unit_id=shop.south.pk)
    timed()
    assert climb(now=at(_DUE + 15 * _MINUTE)) == 0
    far = timed(unit_id=shop.far_store.pk)
    assert climb(now=at(_DUE + 25 * _MINUTE)) == 1
    assert climb(now=at(_DUE + 200 * _MINUTE)) == 1
    taken = list(RungTaken.objects.order_by("pk").values_list("rung_id", flat=True))
    assert taken == [own.pk, elsewhere.pk]
    assert RungTaken.objects.get(rung=elsewhere).clock.case == far


def test_a_rung_waits_until_the_unit_works(at: Any, make_rung: Any, timed: Any, shop: Any) -> None:
    make_calendar(shop.store, from_day=date(2026, 1, 1), by=SYSTEM)
    make_rung(0, in_hours=True)
    at(TEN + timedelta(hours=12))
    timed()
    assert climb(now=at(TEN + timedelta(hours=14))) == 0
    assert climb(now=at(TEN + timedelta(hours=24))) == 1


def test_where_nobody_stands_above_the_owner_is_told_and_keeps_the_case(
    at: Any, make_rung: Any, timed: Any, shop: Any
) -> None:
    make_rung(0, whom="above", deed="hand_over")
    case = timed(by=Actor.of(shop.owner), owner=shop.owner)
    assert climb(now=at(_DUE)) == 1
    assert _story(case) == (shop.owner, 0)
    assert RungTaken.objects.get().result == "nobody"
    assert _told(shop.owner) == ["clock_late"]


def test_two_levels_above_and_the_top(
    at: Any, make_rung: Any, timed: Any, shop: Any, make_account: Callable[..., Any]
) -> None:
    boss = make_account("boss", role=Role.MANAGER, unit=shop.company)
    make_rung(0, whom="higher")
    make_rung(1, whom="top")
    timed()
    assert climb(now=at(_DUE + _MINUTE)) == 2
    assert (_told(boss), _told(shop.owner)) == (["clock_late"], ["clock_late"])


def test_the_destination_is_told_once_in_the_same_transaction(at: Any, make_rung: Any, timed: Any) -> None:
    group = Destination.objects.create(name="值班群", kind="webhook", sealed=b"", created_at=TEN)
    make_rung(0, destination=group.pk)
    case = timed(title="王先生的电话 13800000000")
    assert climb(now=at(_DUE)) == 1
    message = Delivery.objects.get(destination=group).message
    assert case.number in message.title
    assert "王先生" not in message.title + message.text


def test_a_clock_that_gets_another_time_climbs_anew(at: Any, make_rung: Any, timed: Any) -> None:
    make_rung(0)
    timed()
    assert climb(now=at(_DUE)) == 1
    Clock.objects.update(due_at=_DUE + 30 * _MINUTE)
    assert climb(now=at(_DUE + 10 * _MINUTE)) == 0
    assert climb(now=at(_DUE + 30 * _MINUTE)) == 1
