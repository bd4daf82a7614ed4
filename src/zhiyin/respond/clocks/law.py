"""Deadlines of the law on a case: begun by hand with the day that the law counts from, ended by hand."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.rules import is_below, list_rules
from zhiyin.respond.clocks.running import list_unstopped, make_clock, stop_clock
from zhiyin.respond.errors import StepImpossible
from zhiyin.respond.models import Case, CaseStatus, Clock, ClockRule, Step
from zhiyin.respond.services.changes import changing, write_note
from zhiyin.respond.statuses import ENDED

_OPEN = frozenset(CaseStatus) - ENDED


def list_deadlines(case: Case) -> list[ClockRule]:
    """The deadlines of the law that may begin on the case today and do not run yet."""
    if not case.is_open:
        return []
    running = {clock.code for clock in list_unstopped(case) if clock.kind == ClockKind.STATUTORY}
    return [
        rule
        for rule in list_rules(on=timezone.localdate())
        if rule.kind == ClockKind.STATUTORY
        and rule.is_on
        and rule.code not in running
        and (rule.unit is None or is_below(case.unit, rule.unit))
    ]


def begin_deadline(case: Case, *, key: UUID, day: date, by: Actor, version: int | None = None) -> Case:
    """The deadline runs, counted from that day; the case is due by it where it is the nearest.

    Raises:
        NotFound: no such deadline for this case, or it runs. InvalidInput: the day is to come.
        CaseChanged, StepImpossible: the case was changed, or is over.
    """
    rule = next((one for one in list_deadlines(case) if one.key == key), None)
    if rule is None:
        raise NotFound("There is no such deadline for this case.", next_step="Choose one from the list.")
    if day > timezone.localdate() or day.year < 2000:
        raise InvalidInput("Choose the day from which it counts, today or before.", field="deadline_day")
    with changing(case, step=Step.DUE_SET, by=by, version=version, among=_OPEN) as change:
        locked = change.case
        calendar = calendar_for(locked.unit_id, at=change.at)
        start = datetime.combine(day, time(), tzinfo=calendar.tz)
        clock = make_clock(locked, rule, calendar=calendar, at=start)
        clock.save()
        locked.due_at = min(locked.due_at, clock.due_at)
        write_note(change, rule.name, by=by)
    return change.case


def end_deadline(case: Case, *, clock_id: int, by: Actor, version: int | None = None) -> Case:
    """What the law asks for is done: the deadline stops.

    Raises:
        NotFound: the case has no such deadline. Conflict: it has ended, or the case was changed.
    """
    clock = (
        Clock.objects.filter(case=case, pk=clock_id, kind=ClockKind.STATUTORY).select_related("rule").first()
    )
    if clock is None:
        raise NotFound("There is no such deadline for this case.", next_step="Choose one from the list.")
    if clock.stopped_at is not None:
        raise StepImpossible("This deadline has ended already.", next_step="Look at how it stands now.")
    with changing(case, step=Step.DUE_SET, by=by, version=version, among=_OPEN) as change:
        follows = change.case.due_at == clock.due_at
        stop_clock(clock, case=change.case, at=change.at)
        left = [one.due_at for one in list_unstopped(change.case) if one.is_running]
        if follows and left:
            change.case.due_at = min(left)
        write_note(change, clock.rule.name, by=by)
    return change.case
