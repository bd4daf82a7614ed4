"""The chore: early warnings, what is late, and calendars that changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.insight.models import Delivery, Destination, Message
from zhiyin.people.actors import SYSTEM
from zhiyin.people.worktime.services import make_calendar, set_days
from zhiyin.people.worktime.stored import StoredDay
from zhiyin.respond.clocks.recounting import recount_after_changes, recount_clocks
from zhiyin.respond.clocks.watching import mark_late, warn_early, watch_clocks
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, Clock, Step
from zhiyin.respond.services import set_due
from zhiyin.respond.services.changes import changing

_TEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday
_MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def be(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    be(_TEN)
    return be


@pytest.fixture
def destination(db: None) -> Destination:
    return Destination.objects.create(name="值班群", kind="webhook", sealed=b"", created_at=_TEN)


def _never() -> bool:
    return False


def test_a_clock_warns_once_and_is_late_once_and_people_are_told(
    at: Any, make_rule: Any, make_case: Any, destination: Destination
) -> None:
    make_rule(amount=100, warn_percent=80, destination=destination.pk)
    case = make_case(title="王先生的电话 13800000000")
    assert (warn_early(now=_TEN + 79 * _MINUTE), mark_late(now=_TEN + 99 * _MINUTE)) == (0, 0)
    assert [warn_early(now=_TEN + 80 * _MINUTE) for _n in range(2)] == [1, 0]
    assert [mark_late(now=_TEN + 100 * _MINUTE) for _n in range(2)] == [1, 0]
    assert Delivery.objects.filter(destination=destination).count() == 2
    said = " ".join(f"{one.title} {one.text}" for one in Message.objects.all())
    assert case.number in said
    assert "王先生" not in said


def test_what_rests_or_has_ended_is_never_late(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule(amount=100)
    with changing(make_case(), step=Step.ASKED, by=SYSTEM) as change:
        change.case.status = CaseStatus.WAITING
    assert mark_late(now=_TEN + timedelta(days=9)) == 0


def test_a_clock_that_is_late_already_does_not_warn(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule(amount=100)
    make_case()
    at(_TEN + 200 * _MINUTE)
    watch_clocks(_never)
    clock = Clock.objects.get()
    assert (clock.warned_at, clock.breached_at) == (None, _TEN + 200 * _MINUTE)


def _close_thursday(unit: Any) -> None:
    set_days(unit.pk, days=[StoredDay(day=_TEN.date() + timedelta(days=1), name="盘点")], by=SYSTEM)


def test_a_changed_calendar_moves_open_clocks_and_the_case_says_so(
    at: Any, make_rule: Any, make_case: Any, shop: Any
) -> None:
    make_calendar(shop.store, from_day=date(2026, 1, 1), by=SYSTEM)
    make_rule(amount=10 * 60)
    case, by_hand = make_case(), make_case(due_at=_TEN + timedelta(days=5))
    assert case.due_at == _TEN + timedelta(days=1, hours=1)
    _close_thursday(shop.store)
    done = recount_after_changes(_never)
    assert done is not None
    assert (done.n_cases, done.n_moved) == (2, 2)
    assert _due(case) == _TEN + timedelta(days=2, hours=1)
    assert _due(by_hand) == by_hand.due_at
    assert CaseEvent.objects.filter(case=case, kind=Step.DUE_SET, actor_kind="system").count() == 1
    assert recount_after_changes(_never) is None


def test_a_clock_that_was_late_by_the_old_calendar_is_late_no_more(
    at: Any, make_rule: Any, make_case: Any, shop: Any
) -> None:
    make_calendar(shop.store, from_day=date(2026, 1, 1), by=SYSTEM)
    make_rule(amount=10 * 60)
    make_case()
    at(_TEN + timedelta(days=1, hours=2))
    assert mark_late(now=timezone.now()) == 1
    _close_thursday(shop.store)
    assert recount_clocks(by=SYSTEM).n_moved == 1
    assert Clock.objects.get().breached_at is None


def test_stopped_on_the_way_recounting_begins_anew(
    at: Any, make_rule: Any, make_case: Any, shop: Any
) -> None:
    make_calendar(shop.store, from_day=date(2026, 1, 1), by=SYSTEM)
    make_rule(amount=10 * 60)
    case = make_case()
    _close_thursday(shop.store)
    recount_after_changes(lambda: True)
    assert _due(case) == case.due_at
    recount_after_changes(_never)
    assert _due(case) > case.due_at


def test_a_time_set_by_hand_does_not_move_the_clock(at: Any, make_rule: Any, make_case: Any) -> None:
    make_rule(amount=100)
    case = make_case()
    set_due(case, due_at=_TEN + timedelta(days=3), by=SYSTEM)
    assert mark_late(now=_TEN + 100 * _MINUTE) == 1


def _due(case: Case) -> datetime:
    return Case.objects.get(pk=case.pk).due_at
