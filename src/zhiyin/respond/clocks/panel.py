"""The part of a case's page that shows its clocks, and lists what counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.http import HttpRequest
from django.utils import timezone

from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.law import list_deadlines
from zhiyin.respond.clocks.queries import Explained, ReadClock, explain_clock, read_clocks
from zhiyin.respond.clocks.words import STATE_NAMES, kind_name, say_amount, say_minutes
from zhiyin.respond.ladders.ahead import Ahead, list_ahead
from zhiyin.respond.ladders.queries import Ladder, list_ladders, list_taken
from zhiyin.respond.models import Case, RungTaken

_MOST_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What counted on one day, in the words of the page."""

    day: date
    hours: tuple[tuple[datetime, datetime], ...]
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One clock on the page."""

    read: ReadClock
    name: str
    state: str
    used: str
    amount: str
    left: str
    days: tuple[Day, ...]
    n_more_days: int
    explained: Explained
    taken: tuple[RungTaken, ...] = ()
    ahead: tuple[Ahead, ...] = ()

    @property
    def is_call(self) -> bool:
        """Whether it is a promised call, which keeps its own time."""
        return self.read.clock.kind == ClockKind.CALL_BACK

    @property
    def is_law_running(self) -> bool:
        """Whether it is a deadline of the law that somebody can end."""
        return self.read.clock.kind == ClockKind.STATUTORY and self.read.clock.stopped_at is None

    @property
    def percent(self) -> int:
        """The share used, 0 to 100, for the bar."""
        return min(100, int(self.read.share * 100))


def build_panel(case: Case, request: HttpRequest) -> Mapping[str, object]:
    """The lines; empty where the case has no clock and none could be begun by hand."""
    now = timezone.now()
    read = read_clocks(case, now=now)
    ladders = list_ladders() if any(one.clock.is_running for one in read) else []
    taken = list_taken([one.clock.pk for one in read])
    lines = [_line(one, case=case, now=now, ladders=ladders, taken=taken) for one in read]
    deadlines = list_deadlines(case)
    if not lines and not deadlines:
        return {}
    return {"case": case, "lines": lines, "deadlines": deadlines, "today": timezone.localdate().isoformat()}


def _line(
    read: ReadClock,
    *,
    case: Case,
    now: datetime,
    ladders: list[Ladder],
    taken: Mapping[int, list[RungTaken]],
) -> Line:
    done = taken.get(read.clock.pk, [])
    explained = explain_clock(read.clock, unit_id=case.unit_id, now=now)
    days = _days(explained)
    return Line(
        read=read,
        name=kind_name(read.clock.kind, read.clock.rule.name),
        state=str(STATE_NAMES[read.state]),
        used=say_amount(read.used, counts_days=read.counts_days),
        amount=say_amount(read.amount, counts_days=read.counts_days),
        left=say_amount(abs(read.left), counts_days=read.counts_days),
        days=tuple(days[-_MOST_DAYS:]),
        n_more_days=max(0, len(days) - _MOST_DAYS),
        explained=explained,
        taken=tuple(done),
        ahead=tuple(list_ahead(read.clock, case=case, ladders=ladders, taken=done))
        if case.is_open and read.clock.is_running
        else (),
    )


def _days(explained: Explained) -> list[Day]:
    whole = [Day(day=day, hours=(), minutes="") for day in explained.days]
    return whole + [
        Day(
            day=day,
            hours=tuple((one.start, one.end) for one in counted),
            minutes=say_minutes(sum(one.minutes for one in counted)),
        )
        for day, counted in (
            (day, list(group)) for day, group in groupby(explained.stretches, key=lambda one: one.day)
        )
    ]
