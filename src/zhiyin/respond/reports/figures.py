"""The figures of a report, each with the number it rests on and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Count, F, Q, QuerySet, Sum

from zhiyin.measure.estimate import Estimate
from zhiyin.measure.proportions import proportion
from zhiyin.measure.quantiles import quantile
from zhiyin.measure.rates import rate
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.models import Case, Clock
from zhiyin.respond.reports.selection import (
    KICKED_FROM,
    Selection,
    is_first_contact,
    is_kept,
    is_late,
    is_ripe,
    select,
    with_answers,
)

MOST_TIMES = 200_000
"""Times are read from so many cases at the most, the newest first."""
_MOST_UNITS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Minutes round the clock: the middle one, and what nine of ten do not exceed."""

    median: Estimate
    p90: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """Of the clocks of a kind that were decided: the share that was kept."""

    kind: ClockKind
    share: Estimate
    n_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """How a unit's cases were handed about and came back."""

    name: str
    code: str
    per_case: Estimate
    n_transfers: int
    kicked: Estimate
    reopened: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a selection. `per_case`: hand-overs per case; `is_cut`: times are of the newest only."""

    n_cases: int
    n_transfers: int
    answered: Estimate
    first_contact: Estimate
    reopened: Estimate
    per_case: Estimate
    kicked: Estimate
    first_answer: Times
    solution: Times
    clocks: Sequence[InTime]
    units: Sequence[UnitLine]
    is_cut: bool


def make_report(selection: Selection) -> Report:
    """The figures. Five queries; of large selections the times are those of the newest cases."""
    cases = select(selection)
    counted = cases.aggregate(
        n=Count("pk"),
        handed=Sum("n_transfers", default=0),
        kicked=Count("pk", filter=Q(n_transfers__gte=KICKED_FROM)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        reopened=Count("pk", filter=Q(answered_at__isnull=False, n_reopened__gt=0)),
    )
    n, n_answered = counted["n"], counted["answered"]
    first_answers, solutions = _times(cases)
    return Report(
        n_cases=n,
        n_transfers=counted["handed"],
        answered=proportion(n_answered, n).one(),
        first_contact=_first_contact(cases, now=selection.now),
        reopened=proportion(counted["reopened"], n_answered).one(),
        per_case=rate(counted["handed"], n, per=1.0).one(),
        kicked=proportion(counted["kicked"], n).one(),
        first_answer=first_answers,
        solution=solutions,
        clocks=list_in_time(cases, now=selection.now),
        units=list_units(cases),
        is_cut=n > MOST_TIMES,
    )


def _first_contact(cases: QuerySet[Case], *, now: datetime) -> Estimate:
    ripe = with_answers(cases.filter(is_ripe(now)))
    counted = ripe.aggregate(n=Count("pk"), n_first=Count("pk", filter=is_first_contact(now)))
    return proportion(counted["n_first"], counted["n"]).one()


def list_in_time(cases: QuerySet[Case], *, now: datetime) -> list[InTime]:
    """Of each kind of clock that was decided by now: how many were kept. One query."""
    clocks = Clock.objects.filter(case__in=cases.order_by().values("pk"))
    counted = clocks.values("kind").annotate(
        n_kept=Count("pk", filter=is_kept(now)), n_late=Count("pk", filter=is_late(now))
    )
    found = {str(row["kind"]): (int(row["n_kept"]), int(row["n_late"])) for row in counted.order_by("kind")}
    return [
        InTime(kind=kind, share=proportion(kept, kept + late).one(), n_late=late)
        for kind in ClockKind
        for kept, late in [found.get(kind.value, (0, 0))]
        if kept + late
    ]


def list_units(cases: QuerySet[Case]) -> list[UnitLine]:
    """The units whose cases were handed over most, those with the most first. One query."""
    counted = (
        cases.order_by()
        .values("unit_id", "unit__name", "unit__code")
        .annotate(
            n=Count("pk"),
            handed=Sum("n_transfers", default=0),
            kicked=Count("pk", filter=Q(n_transfers__gte=KICKED_FROM)),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            reopened=Count("pk", filter=Q(answered_at__isnull=False, n_reopened__gt=0)),
        )
        .order_by("-handed", "-n", "unit__code")[:_MOST_UNITS]
    )
    return [
        UnitLine(
            name=row["unit__name"],
            code=row["unit__code"],
            per_case=rate(row["handed"], row["n"], per=1.0).one(),
            n_transfers=row["handed"],
            kicked=proportion(row["kicked"], row["n"]).one(),
            reopened=proportion(row["reopened"], row["answered"]).one(),
        )
        for row in counted
    ]


def _times(cases: QuerySet[Case]) -> tuple[Times, Times]:
    """To the first answer, and to the end."""
    rows = (
        with_answers(cases)
        .annotate(begun=F("opened_at"))
        .order_by("-opened_at")
        .values_list("begun", "first_sent_at", "closed_at")[:MOST_TIMES]
    )
    answers: list[float] = []
    ends: list[float] = []
    for begun, sent, ended in cast("Sequence[tuple[datetime, datetime | None, datetime | None]]", rows):
        if sent is not None:
            answers.append((sent - begun).total_seconds() / 60)
        if ended is not None:
            ends.append((ended - begun).total_seconds() / 60)
    return _both(answers), _both(ends)


def _both(minutes: Sequence[float]) -> Times:
    return Times(median=quantile(minutes, 0.5), p90=quantile(minutes, 0.9))
