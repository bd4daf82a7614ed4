"""Counts open clocks again when a working calendar has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Max

from zhiyin.measure.work_calendars import NeverOpen
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import UnitCalendarChange
from zhiyin.people.services.audit import record_event
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.counting import due_moment
from zhiyin.respond.clocks.running import list_unstopped
from zhiyin.respond.errors import CaseChanged
from zhiyin.respond.models import Case, Clock, ClockHead, Step
from zhiyin.respond.services.changes import changing
from zhiyin.respond.statuses import ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """How many cases were looked at, and in how many a clock moved."""

    n_cases: int
    n_moved: int


def recount_after_changes(should_stop: Callable[[], bool]) -> Recounted | None:
    """Recount where a calendar has changed since the last time; None where none has.

    Killed or asked to stop on the way, the next run begins anew: what is right already stays as it is.
    """
    newest = UnitCalendarChange.objects.aggregate(last=Max("pk"))["last"] or 0
    head, _is_new = ClockHead.objects.get_or_create(pk=1)
    if head.calendar_change >= newest:
        return None
    done = recount_clocks(by=SYSTEM, should_stop=should_stop)
    if not should_stop():
        ClockHead.objects.filter(pk=1, calendar_change__lt=newest).update(calendar_change=newest)
    return done


def recount_clocks(*, by: Actor, should_stop: Callable[[], bool] = lambda: False) -> Recounted:
    """Count every open clock by its calendar as it is now; a case whose clock moved gets the step.

    A case that somebody changes at this very moment is counted by that step itself.
    """
    case_ids = list(
        Clock.objects.filter(stopped_at=None).order_by("case_id").values_list("case_id", flat=True).distinct()
    )
    n_cases = n_moved = 0
    for case_id in case_ids:
        if should_stop():
            break
        case = Case.objects.exclude(status__in=[one.value for one in ENDED]).filter(pk=case_id).first()
        if case is None:
            continue
        n_cases += 1
        n_moved += _recount(case, by=by)
    record_event("clocks.recounted", by=by, details={"cases": n_cases, "moved": n_moved})
    return Recounted(n_cases=n_cases, n_moved=n_moved)


def _recount(case: Case, *, by: Actor) -> bool:
    if not any(_has_moved(clock, case=case) for clock in list_unstopped(case)):
        return False
    try:
        # The hook counts: nothing else of the case changes.
        with changing(case, step=Step.DUE_SET, by=by):
            pass
    except CaseChanged:
        return False
    return True


def _has_moved(clock: Clock, *, case: Case) -> bool:
    calendar = calendar_for(case.unit_id, at=clock.started_at)
    rests, rule = clock.list_rests(), clock.rule
    try:
        due = due_moment(calendar, start=clock.started_at, budget=rule.budget, rests=rests)
    except NeverOpen:
        return False
    return due != clock.due_at
