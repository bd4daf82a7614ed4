"""What reads the clocks of cases: how each stands, and the stretches that counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from zhiyin.measure.work_calendars import WorkCalendar
from zhiyin.measure.worktime import Stretch
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.counting import Rest, counted_days, stretches, used_minutes
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.models import Case, Clock

State = Literal["running", "resting", "kept", "late", "late_running"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClock:
    """A clock as it stands. `used` and `amount` are minutes, or days where the rule counts those."""

    clock: Clock
    state: State
    used: float
    amount: int
    counts_days: bool

    @property
    def share(self) -> float:
        """How much of its time is used, 0 up; above 1 it is late."""
        return self.used / self.amount

    @property
    def left(self) -> float:
        """What is left, negative where it is late."""
        return self.amount - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What counted for a clock, in order, and when it rested; the zone is that of its calendar.

    `days` instead of `stretches` where whole days count.
    """

    stretches: tuple[Stretch, ...]
    days: tuple[date, ...]
    rests: tuple[Rest, ...]
    zone: str


def read_clocks(case: Case, *, now: datetime) -> list[ReadClock]:
    """The clocks of the case, what runs first, then by when they are due."""
    rows = Clock.objects.filter(case=case).select_related("rule")
    read = [_read(clock, unit_id=case.unit_id, now=now) for clock in rows]
    return sorted(read, key=lambda one: (one.clock.stopped_at is not None, one.clock.due_at, one.clock.pk))


def explain_clock(clock: Clock, *, unit_id: int, now: datetime) -> Explained:
    """The stretches that counted from the beginning to its end, or until now."""
    calendar, rests = calendar_for(unit_id, at=clock.started_at), clock.list_rests()
    end = clock.stopped_at or now
    unit = TimeUnit(clock.rule.counted_in)
    if unit.is_days:
        days = _days(clock, calendar=calendar, now=end)
        return Explained(stretches=(), days=days, rests=(), zone=calendar.zone)
    counted = stretches(calendar, start=clock.started_at, end=end, unit=unit, rests=rests)
    return Explained(stretches=tuple(counted), days=(), rests=tuple(rests), zone=calendar.zone)


def count_open_by(rule_keys: Iterable[object]) -> dict[object, int]:
    """How many clocks run or rest now by any version of each rule."""
    counted: dict[object, int] = {}
    for key in Clock.objects.filter(stopped_at=None, rule__key__in=list(rule_keys)).values_list(
        "rule__key", flat=True
    ):
        counted[key] = counted.get(key, 0) + 1
    return counted


def _read(clock: Clock, *, unit_id: int, now: datetime) -> ReadClock:
    unit, end = TimeUnit(clock.rule.counted_in), clock.stopped_at or now
    calendar = calendar_for(unit_id, at=clock.started_at)
    if unit.is_days:
        used: float = len(_days(clock, calendar=calendar, now=end))
    else:
        used = used_minutes(calendar, start=clock.started_at, end=end, unit=unit, rests=clock.list_rests())
    return ReadClock(
        clock=clock,
        state=_state(clock, now=now),
        used=used,
        amount=_amount(clock),
        counts_days=unit.is_days,
    )


def _amount(clock: Clock) -> int:
    """That of the rule; of a promised call all the time until its end."""
    if clock.kind != ClockKind.CALL_BACK:
        return clock.rule.amount
    return max(1, round((clock.due_at - clock.started_at).total_seconds() / 60))


def _days(clock: Clock, *, calendar: WorkCalendar, now: datetime) -> tuple[date, ...]:
    """The days that are over; once it is late, with the one that has begun."""
    end = now if clock.due_at < now else now - timedelta(days=1)
    unit = TimeUnit(clock.rule.counted_in)
    return counted_days(calendar, start=clock.started_at, end=end, unit=unit)


def _state(clock: Clock, *, now: datetime) -> State:
    if clock.stopped_at is not None:
        return "late" if clock.breached_at is not None else "kept"
    if clock.rests_since is not None:
        return "resting"
    return "late_running" if clock.due_at < now else "running"
