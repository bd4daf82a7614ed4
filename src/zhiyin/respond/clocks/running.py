"""Starts, rests and stops the clocks of a case at its steps, in the transaction of the step."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from zhiyin.measure.work_calendars import NeverOpen, WorkCalendar
from zhiyin.people.actors import Actor
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.counting import due_moment, used_minutes
from zhiyin.respond.clocks.kinds import ANSWERS, ClockKind, TimeUnit
from zhiyin.respond.clocks.rules import choose_rules
from zhiyin.respond.due import default_due
from zhiyin.respond.models import Case, CaseEvent, CaseStatus, Clock, ClockPause, ClockRule, Step
from zhiyin.respond.services.changes import Change

_AT_OPENING = (ClockKind.FIRST_ANSWER, ClockKind.SOLUTION, ClockKind.STATUTORY)
_CUSTOMER_CAME_BACK = frozenset({Step.REOPENED, Step.CUSTOMER_SPOKE})
_log = logging.getLogger(__name__)


def keep_clocks(change: Change, step: Step, by: Actor) -> None:
    """A hook before saving: the clocks as the case stands now, and when the case is due by them."""
    case, at = change.case, change.at
    if case.pk is None:
        _foresee(case, at=at)
        return
    running = list_unstopped(case)
    follows = _follows(case, running, step=step)
    if step is Step.CLOSE_UNDONE:
        running += _revive(case)
    for clock in running:
        _set(clock, case=case, at=at)
    if step in _CUSTOMER_CAME_BACK and case.stands.awaits_staff:
        running += _start_missing(case, running, at=at)
    left = [clock for clock in running if clock.stopped_at is None]
    if left:
        _count_again(case, left, step=step, at=at)
    due = nearest_due(left)
    if follows and due is not None:
        case.due_at = due


def begin_clocks(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: the clocks of a case that was opened in this step."""
    if step is Step.OPENED:
        for clock in _fresh(change.case, _AT_OPENING, at=change.at):
            clock.save()


def foresee_due(case: Case, *, at: datetime) -> datetime:
    """When a case that is opened then, saved or not, is due by its clocks; as ever where none begins."""
    return nearest_due(_fresh(case, _AT_OPENING, at=at)) or default_due(
        urgency=case.urgency, now=at, zone_name=case.unit.time_zone
    )


def list_unstopped(case: Case) -> list[Clock]:
    """The clocks of the case that run or rest by a rule, with it; a promised call keeps its own time."""
    rows = Clock.objects.filter(case=case, stopped_at=None).exclude(kind=ClockKind.CALL_BACK.value)
    rows = rows.select_related("rule")
    return list(rows.order_by("pk"))


def nearest_due(clocks: Iterable[Clock]) -> datetime | None:
    """When the next of those that run is due; what rests is not waited for."""
    return min((clock.due_at for clock in clocks if clock.is_running), default=None)


def make_clock(case: Case, rule: ClockRule, *, calendar: WorkCalendar, at: datetime) -> Clock:
    """A clock that begins then, not saved. Raises `NeverOpen` where the calendar has no more hours."""
    clock = Clock(case=case, rule=rule, kind=rule.kind, code=rule.code, started_at=at)
    count_clock(clock, rule=rule, calendar=calendar)
    return clock


def count_clock(clock: Clock, *, rule: ClockRule, calendar: WorkCalendar) -> bool:
    """Set when it is due and when it warns by that rule; whether that changed anything.

    A time to come loses what the old one had caused: warning and breach are told anew.
    """
    rests = clock.list_rests() if clock.pk else ()
    before = (clock.due_at, clock.warn_at) if clock.pk else None
    clock.rule = rule
    clock.due_at = due_moment(calendar, start=clock.started_at, budget=rule.budget, rests=rests)
    clock.warn_at = due_moment(
        calendar, start=clock.started_at, budget=rule.budget, rests=rests, share=rule.warn_percent / 100
    )
    return before != (clock.due_at, clock.warn_at)


def _foresee(case: Case, *, at: datetime) -> None:
    """A case that is about to be opened is due by its clocks, unless somebody said when."""
    if case.due_at == default_due(urgency=case.urgency, now=at, zone_name=case.unit.time_zone):
        case.due_at = foresee_due(case, at=at)


def _fresh(case: Case, kinds: Iterable[ClockKind], *, at: datetime) -> list[Clock]:
    rules = choose_rules(case, at=at, kinds=kinds)
    if not rules:
        return []
    calendar = calendar_for(case.unit_id, at=at)
    made = []
    for rule in rules:
        try:
            made.append(make_clock(case, rule, calendar=calendar, at=at))
        except NeverOpen:
            # A case must open even where the calendar has ended; its usual time holds.
            _log.warning("No clock by rule %s: the calendar has no more working hours", rule.pk)
    return made


def _follows(case: Case, running: list[Clock], *, step: Step) -> bool:
    """Whether the case is due by its clocks: a time that somebody set by hand holds until the customer
    comes back.
    """
    was = min((clock.due_at for clock in running), default=None)
    return was is None or case.due_at == was or step in _CUSTOMER_CAME_BACK


def _set(clock: Clock, *, case: Case, at: datetime) -> None:
    """Stop it, let it rest or run on, as the case stands."""
    kind, stands = ClockKind(clock.kind), case.stands
    if not stands.is_open or (stands is CaseStatus.ANSWERED and kind in ANSWERS):
        stop_clock(clock, case=case, at=at)
    elif stands is CaseStatus.WAITING or (stands is CaseStatus.ANSWERED and kind is ClockKind.SOLUTION):
        _rest(clock, at=at)
    else:
        _go_on(clock, at=at)


def stop_clock(clock: Clock, *, case: Case, at: datetime) -> None:
    """Stop and save it: what it took, and whether it was late. The case is locked."""
    calendar = calendar_for(case.unit_id, at=clock.started_at)
    _go_on(clock, at=at)
    with suppress(NeverOpen):
        count_clock(clock, rule=clock.rule, calendar=calendar)
    clock.stopped_at = at
    clock.counted_minutes = used_minutes(
        calendar,
        start=clock.started_at,
        end=at,
        unit=TimeUnit(clock.rule.counted_in),
        rests=clock.list_rests(),
    )
    if clock.breached_at is None and clock.due_at < at:
        clock.breached_at = clock.due_at  # the chore was not quick enough to see it
    clock.save()


def _rest(clock: Clock, *, at: datetime) -> None:
    if clock.rule.does_rest and clock.rests_since is None:
        ClockPause.objects.create(clock=clock, began_at=at)
        clock.rests_since = at
        clock.save()


def _go_on(clock: Clock, *, at: datetime) -> None:
    if clock.rests_since is not None:
        clock.pauses.filter(ended_at=None).update(ended_at=at)
        clock.rests_since = None
        clock.save()


def _revive(case: Case) -> list[Clock]:
    """The clocks that the closing stopped, as they were: what rested goes on resting."""
    closing = CaseEvent.objects.filter(case=case, kind=Step.CLOSED).order_by("-at").first()
    if closing is None:
        return []
    stopped = Clock.objects.filter(case=case, stopped_at=closing.at).exclude(kind=ClockKind.CALL_BACK.value)
    revived = list(stopped.select_related("rule"))
    for clock in revived:
        clock.stopped_at = clock.counted_minutes = None
        rest = clock.pauses.filter(ended_at=closing.at).first()
        if rest is not None:
            rest.ended_at, clock.rests_since = None, rest.began_at
            rest.save()
    return revived


def _start_missing(case: Case, running: list[Clock], *, at: datetime) -> list[Clock]:
    """What the customer's coming back begins: an answer is owed, and a solution where none is under way."""
    there = {ClockKind(clock.kind) for clock in running if clock.stopped_at is None}
    wanted = [] if there & ANSWERS else [ClockKind.NEXT_ANSWER]
    if ClockKind.SOLUTION not in there:
        wanted.append(ClockKind.SOLUTION)
    return _fresh(case, wanted, at=at) if wanted else []


def _count_again(case: Case, clocks: list[Clock], *, step: Step, at: datetime) -> None:
    """By the calendar as it is now; after an assessment by the rule that fits now, too."""
    better: dict[tuple[str, str], ClockRule] = {}
    if step is Step.ASSESSED:
        chosen = choose_rules(case, at=at, kinds=[ClockKind(clock.kind) for clock in clocks])
        better = {(rule.kind, rule.code): rule for rule in chosen}
    for clock in clocks:
        rule = better.get((clock.kind, clock.code), clock.rule)
        try:
            is_moved = count_clock(clock, rule=rule, calendar=calendar_for(case.unit_id, at=clock.started_at))
        except NeverOpen:
            _log.warning("Clock %s keeps its time: the calendar has no more working hours", clock.pk)
            continue
        if is_moved and clock.due_at > at:
            clock.breached_at = None
        if is_moved and clock.warn_at > at:
            clock.warned_at = None
        clock.save()
