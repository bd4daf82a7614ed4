"""Call-backs: promised, kept, moved, taken back; broken ones go a level up, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.respond.callbacks.customer import ask_for_call, call_off, customer_view_of_call_backs
from zhiyin.respond.callbacks.errors import CallBackChanged, CallBackOver, CallBackTwice
from zhiyin.respond.callbacks.kinds import CallBackState, Outcome
from zhiyin.respond.callbacks.missing import mark_missed
from zhiyin.respond.callbacks.moments import read_local, say_span
from zhiyin.respond.callbacks.owning import object_to_call_backs
from zhiyin.respond.callbacks.services import (
    cancel_call_back,
    move_call_back,
    record_call,
    restore_call_back,
)
from zhiyin.respond.errors import CannotOwn
from zhiyin.respond.flow.merging import merge_case
from zhiyin.respond.models import CallAttempt, CallBack, Case, CaseEvent, Step
from zhiyin.respond.services import transfer_case
from zhiyin.respond.services.erasing import erase_from_cases

_HOUR = timedelta(hours=1)


def _steps(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("at", "id").values_list("kind", flat=True))


def test_a_call_that_reaches_the_customer_keeps_the_promise(make_case, promise, shop) -> None:
    case = make_case()
    planned = promise(case, topic="13812345678 王先生要求退款")
    assert (planned.owner, planned.window_minutes) == (case.owner, 60)
    assert "13812345678" not in planned.topic
    tried = record_call(planned, outcome=Outcome.NO_ANSWER, by=shop.by_agent)
    assert tried.stands is CallBackState.PLANNED
    done = record_call(planned, outcome=Outcome.REACHED, note="已说明", mood=4, by=shop.by_agent)
    assert done.stands is CallBackState.DONE
    assert _steps(case) == ["opened", "promised", "called_back", "called_back", "promise_kept"]
    with pytest.raises(CallBackOver):
        record_call(planned, outcome=Outcome.REACHED, by=shop.by_agent)
    with pytest.raises(CallBackOver):
        cancel_call_back(planned, by=shop.by_agent)


def test_of_a_merged_case_the_one_in_which_it_goes_on_climbs(make_case, promise, let_pass, shop) -> None:
    case, heir = make_case(), make_case()
    planned = promise(case)
    merge_case(Case.objects.get(pk=case.pk), into=heir, by=shop.by_agent)
    now = let_pass(planned)
    assert [mark_missed(now=now), mark_missed(now=now)] == [1, 0]
    heir, missed = Case.objects.get(pk=heir.pk), CallBack.objects.get()
    assert (heir.level, heir.owner, missed.owner) == (1, shop.manager, shop.manager)
    assert Case.objects.get(pk=case.pk).level == 0
    assert _steps(case)[-1] == "promise_broken"


def test_a_missed_call_breaks_the_promise_once_and_goes_a_level_up(
    make_case, promise, let_pass, shop
) -> None:
    case = make_case()
    planned = promise(case)
    now = let_pass(planned)
    assert [mark_missed(now=now), mark_missed(now=now)] == [1, 0]
    missed, seen = CallBack.objects.get(), Case.objects.get(pk=case.pk)
    assert (missed.stands, missed.owner) == (CallBackState.MISSED, shop.manager)
    assert (seen.owner, seen.level) == (shop.manager, 1)
    assert _steps(case)[-2:] == ["promise_broken", "escalated"]
    record_call(missed, outcome=Outcome.REACHED, by=shop.by_manager)
    assert _steps(case)[-1] == "called_back"  # too late to be kept


def test_whoever_called_in_time_and_reached_nobody_broke_nothing(make_case, promise, let_pass, shop) -> None:
    case = make_case()
    planned = promise(case)
    record_call(planned, outcome=Outcome.BUSY, by=shop.by_agent)
    now = let_pass(planned)
    CallAttempt.objects.update(at=now - timedelta(minutes=90))
    assert mark_missed(now=now) == 0
    assert CallBack.objects.get().stands is CallBackState.UNREACHED
    assert Step.PROMISE_BROKEN not in _steps(case)


def test_a_missed_call_of_the_highest_owner_is_told_all_the_same(make_case, promise, let_pass, shop) -> None:
    case = make_case(owner=shop.owner)
    now = let_pass(promise(case))
    assert mark_missed(now=now) == 1
    assert _steps(case)[-1] == "promise_broken"


def test_a_later_time_is_promised_anew(make_case, promise, shop) -> None:
    case, later = make_case(), timezone.now() + 5 * _HOUR
    planned = promise(case)
    with pytest.raises(InvalidInput) as refused:
        record_call(planned, outcome=Outcome.CALL_LATER, by=shop.by_agent)
    assert refused.value.field == "call_later"
    moved = record_call(planned, outcome=Outcome.CALL_LATER, later_at=later, by=shop.by_agent)
    assert (moved.stands, moved.promised_at, moved.window_minutes) == (CallBackState.PLANNED, later, 60)
    assert _steps(case)[-2:] == ["called_back", "promised"]
    with pytest.raises(CallBackChanged):
        move_call_back(
            planned, promised_at=later + _HOUR, window_minutes=30, by=shop.by_agent, version=planned.version
        )
    again = move_call_back(moved, promised_at=later + _HOUR, window_minutes=30, by=shop.by_agent)
    assert again.until_at == later + 1.5 * _HOUR


def test_cancelling_is_taken_back_for_ten_minutes(make_case, promise, shop) -> None:
    planned = promise(make_case())
    cancel_call_back(planned, by=shop.by_agent)
    assert restore_call_back(planned, by=shop.by_agent).stands is CallBackState.PLANNED
    cancel_call_back(planned, by=shop.by_agent)
    CallBack.objects.update(ended_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(CallBackOver):
        restore_call_back(planned, by=shop.by_agent)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"promised_at": datetime(2020, 1, 1, tzinfo=ZoneInfo("UTC"))}, "call_at"),
        ({"promised_at": datetime(2999, 1, 1, tzinfo=ZoneInfo("UTC"))}, "call_at_far"),
        ({"window_minutes": 14}, "call_window"),
        ({"window_minutes": 481}, "call_window"),
        ({"zone": "Mars/Base"}, "call_zone"),
    ],
)
def test_what_cannot_be_promised_is_refused_with_its_field(make_case, promise, fields, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        promise(make_case(), **fields)
    assert refused.value.field == field


def test_nobody_is_promised_twice_at_one_time_nor_by_a_stranger(make_case, promise, shop) -> None:
    case, at = make_case(), timezone.now() + 3 * _HOUR
    promise(case, promised_at=at)
    with pytest.raises(CallBackTwice):
        promise(case, promised_at=at)
    with pytest.raises(CannotOwn):
        promise(case, owner=shop.stranger)
    assert CallBack.objects.count() == 1
    assert _steps(case) == ["opened", "promised"]


def test_calls_go_with_the_case_and_keep_their_owner_from_leaving(make_case, promise, shop) -> None:
    case = make_case()
    promise(case)
    objection = object_to_call_backs(shop.agent)
    assert objection is not None
    transfer_case(case, to=shop.manager, summary="请接手", by=shop.by_agent)
    assert CallBack.objects.get().owner == shop.manager
    assert object_to_call_backs(shop.agent) is None


def test_hours_that_clocks_skip_do_not_come_and_those_that_come_twice_are_the_first() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    with pytest.raises(InvalidInput) as refused:
        read_local("2027-03-28T02:30", zone=berlin, field="call_at")
    assert refused.value.field == "call_at_gap"
    twice = read_local("2026-10-25T02:30", zone=berlin, field="call_at")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC"))
    # The window is an hour that passes, not an hour on the wall.
    assert say_span(twice, twice + _HOUR, zone=berlin) == "2026-10-25 02:30–02:30"
    summer = read_local("2026-07-01T10:00", zone=berlin, field="call_at")
    winter = read_local("2026-12-01T10:00", zone=berlin, field="call_at")
    assert (summer.hour, winter.hour) == (8, 9)
    for wrong in ("", "morning", "0001-01-01T00:00", "2026-13-01T10:00"):
        with pytest.raises(InvalidInput):
            read_local(wrong, zone=ZoneInfo("Asia/Shanghai"), field="call_at")


def test_customers_ask_for_one_call_within_the_hours_and_see_it(make_case) -> None:
    case, zone = make_case(), ZoneInfo("Asia/Shanghai")
    day = timezone.now().astimezone(zone) + timedelta(days=1)
    with pytest.raises(InvalidInput) as refused:
        ask_for_call(case, at=day.replace(hour=22, minute=0), zone=zone.key)
    assert refused.value.field == "call_hours"
    asked = ask_for_call(case, at=day.replace(hour=9, minute=0), zone=zone.key, topic="电话 13800000000")
    with pytest.raises(CallBackTwice):
        ask_for_call(case, at=day.replace(hour=10, minute=0), zone=zone.key)
    (shown,) = customer_view_of_call_backs(case)
    assert (shown.id, shown.zone, "13800000000" in shown.topic) == (asked.pk, zone.key, False)
    assert call_off(case, call_back_id=asked.pk)
    assert not call_off(case, call_back_id=asked.pk)
    (shown,) = customer_view_of_call_backs(case)
    assert shown.state is CallBackState.CANCELLED


def test_erasing_the_customer_erases_what_was_said_on_the_telephone(make_case, promise, shop) -> None:
    case = make_case()
    planned = promise(case)
    record_call(planned, outcome=Outcome.NO_ANSWER, note="他妻子接的", by=shop.by_agent)
    erase_from_cases([case.feedback_id])
    kept: Any = CallBack.objects.get()
    assert (kept.topic, kept.stands) == ("", CallBackState.CANCELLED)
    assert CallAttempt.objects.get().note == ""
