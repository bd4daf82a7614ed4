"""What the reports say of replayed cases, in days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.reports.edges import list_edges
from zhiyin.respond.reports.figures import make_report
from zhiyin.respond.reports.selection import Selection, select

_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayEdge:
    """Hand-overs from one kind of unit to another, in all and per case."""

    from_kind: str
    to_kind: str
    n: int
    per_case: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFigures:
    """The figures of the reports on cases; shares run from 0 to 1, None where nothing can be said.

    `kicked_about`: the share handed over more than twice. Days are those from the opening to the end.
    """

    n_cases: int
    n_transfers: int
    transfers_per_case: float | None
    first_contact: float | None
    reopened: float | None
    kicked_about: float | None
    mean_days: float | None
    median_days: float | None
    p90_days: float | None
    edges: Sequence[ReplayEdge]


def read_figures(*, now: datetime) -> ReplayFigures:
    """Of every case that the database holds: a home of its own holds replayed ones alone."""
    selection = Selection(scope=EVERYTHING, now=now)
    report = make_report(selection)
    return ReplayFigures(
        n_cases=report.n_cases,
        n_transfers=report.n_transfers,
        transfers_per_case=report.per_case.value,
        first_contact=report.first_contact.value,
        reopened=report.reopened.value,
        kicked_about=report.kicked.value,
        mean_days=_mean_days(selection),
        median_days=_days(report.solution.median.value),
        p90_days=_days(report.solution.p90.value),
        edges=[
            ReplayEdge(from_kind=one.from_kind, to_kind=one.to_kind, n=one.n, per_case=one.per_case.value)
            for one in list_edges(selection)
        ],
    )


def _mean_days(selection: Selection) -> float | None:
    ended = select(selection).filter(closed_at__isnull=False).values_list("opened_at", "closed_at")
    lasted = [closed - opened for opened, closed in ended if closed is not None]
    return sum(lasted, timedelta()) / timedelta(days=1) / len(lasted) if lasted else None


def _days(minutes: float | None) -> float | None:
    return None if minutes is None else minutes / _DAY
