"""Before a call: how often this customer was contacted lately: calls, questions and lists together."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from zhiyin.customers.rights.consent import ContactRules
from zhiyin.customers.rights.dated import set_rules
from zhiyin.customers.segments.listing import keep_listed
from zhiyin.people.actors import SYSTEM
from zhiyin.respond.callbacks.contacting import list_warnings
from zhiyin.respond.models import CallAttempt, Case, SolvedQuestion

_DAY = timedelta(days=1)
_ZONE = ZoneInfo("Asia/Shanghai")


def _warned(case: Case, *, n: int, days: int = 7) -> bool:
    now = timezone.now()
    said = list_warnings(case, at=now, zone=_ZONE, now=now)
    return any(f"Contacted {n} times in {days} days already" in one for one in said)


def test_calls_questions_and_lists_count_together(make_case: Any, promise: Any) -> None:
    customer, yesterday = uuid4(), timezone.now() - _DAY
    case = make_case(customer=customer)
    CallAttempt.objects.create(call_back=promise(case), at=yesterday, outcome="reached")
    SolvedQuestion.objects.create(
        case=make_case(customer=customer), round=0, ask_at=yesterday, asked_at=yesterday
    )
    assert not _warned(case, n=2)
    keep_listed([customer], purpose="marketing", channel="mail", at=yesterday)
    assert _warned(case, n=3)


def test_of_somebody_unknown_the_calls_of_the_case_count_by_the_rules_in_force(
    make_case: Any, promise: Any
) -> None:
    case, now = make_case(), timezone.now()
    call, other = promise(case), promise(make_case())
    for one in (call, call, other):
        CallAttempt.objects.create(call_back=one, at=now - 8 * _DAY, outcome="busy")
    assert not _warned(case, n=2, days=14)
    rules = ContactRules(quiet_from=time(21), quiet_until=time(8), most_contacts=2, within_days=14)
    set_rules("contact", rules, from_day=timezone.localdate(), by=SYSTEM, now=timezone.localtime())
    assert _warned(case, n=2, days=14)
