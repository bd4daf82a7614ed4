"""A case on hold is as late as any other: lists, counts, inbox, the case and reports say the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.flow.waiting import ask_customer, hold_case
from zhiyin.respond.inbox.waiting import Kind, Wish, list_lines
from zhiyin.respond.models import Case, Clock
from zhiyin.respond.queries import CaseFilter, list_cases
from zhiyin.respond.queries.cases import count_cases
from zhiyin.respond.reports.figures import make_report
from zhiyin.respond.reports.selection import Selection


@pytest.mark.parametrize("is_ours", [True, False])
def test_on_hold_the_time_goes_on_and_while_the_customer_is_asked_it_does_not(
    shop: Any, make_case: Any, make_rule: Any, is_ours: bool
) -> None:
    make_rule(counted_in="minutes", amount=60)
    case = Case.objects.get(pk=make_case().pk)
    if is_ours:
        until = timezone.now() + timedelta(days=3)
        hold_case(case, until=until, reason="等检测报告", by=shop.by_agent)
    else:
        ask_customer(case, question="哪一家店？", by=shop.by_agent)
    later = timezone.now() + timedelta(hours=2)
    found = list_cases(scope=EVERYTHING, filter=CaseFilter(overdue_at=later))
    counts = count_cases(scope=EVERYTHING, owner=None, now=later)
    inbox = list_lines(
        wish=Wish(kind=Kind.CASE, is_overdue=True),
        cases_scope=EVERYTHING,
        voices_scope=EVERYTHING,
        account=None,
        now=later,
        language="en",
        offset=0,
        limit=10,
    )
    report = make_report(Selection(scope=EVERYTHING, now=later))
    late_by_clock = sum(one.n_late for one in report.clocks)
    stands = Case.objects.get(pk=case.pk)
    told = (found.n, counts.n_overdue, inbox.n, late_by_clock, int(stands.is_overdue(now=later)))
    assert told == ((1,) * 5 if is_ours else (0,) * 5)
    assert Clock.objects.filter(case=case, rests_since=None).exists() is is_ours


def test_the_form_says_so_before_the_case_is_put_on_hold(shop: Any, make_case: Any, enter: Any) -> None:
    case = make_case()
    shown = enter(shop.agent).get(reverse("case", args=[case.number])).content.decode()
    assert "on hold or not." in shown
