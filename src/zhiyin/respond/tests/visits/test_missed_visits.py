"""Visits to which nobody came: told once, and the case goes up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from zhiyin.respond.flow.merging import merge_case
from zhiyin.respond.models import (
    Case,
    CaseEvent,
    CaseStatus,
    Visit,
)
from zhiyin.respond.visits import progress
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.missing import mark_missed


def _steps(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("at", "id").values_list("kind", flat=True))


def test_of_a_merged_case_the_one_in_which_it_goes_on_climbs(make_case, hire, book, shop) -> None:
    case, heir = make_case(), make_case()
    visit, now = book(case, hire()), timezone.now()
    merge_case(Case.objects.get(pk=case.pk), into=heir, by=shop.by_agent)
    _let_pass(visit, end=now - timedelta(minutes=10))
    assert [mark_missed(now=now), mark_missed(now=now)] == [1, 0]
    case, heir = Case.objects.get(pk=case.pk), Case.objects.get(pk=heir.pk)
    assert (heir.level, heir.owner) == (1, shop.manager)
    assert (case.level, case.stands) == (0, CaseStatus.CLOSED)


def test_who_does_not_come_is_told_of_once_and_the_case_goes_up(make_case, hire, book, shop) -> None:
    case = make_case()
    visit, now = book(case, hire()), timezone.now()
    _let_pass(visit, end=now - timedelta(minutes=10))
    progress.tell_delay(visit, minutes=30, by=shop.by_agent)
    assert mark_missed(now=now) == 0  # the delay that was told is waited for
    later = now + timedelta(minutes=25)
    assert [mark_missed(now=later), mark_missed(now=later)] == [1, 0]
    seen = Case.objects.get(pk=case.pk)
    assert (seen.owner, seen.level) == (shop.manager, 1)
    assert _steps(case)[-2:] == ["promise_broken", "escalated"]
    arrived = progress.arrive(visit, by=shop.by_agent)
    assert arrived.stands is VisitState.ARRIVED
    assert _steps(case)[-1] == "visited"  # too late to be kept


def _let_pass(visit: Visit, *, end: datetime) -> None:
    Visit.objects.filter(pk=visit.pk).update(slot_start=end - timedelta(hours=2), slot_end=end)
