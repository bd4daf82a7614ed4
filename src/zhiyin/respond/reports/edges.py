"""Between whom cases were handed over: the edges of the kicked-about index."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from zhiyin.measure.estimate import Estimate
from zhiyin.measure.rates import rate
from zhiyin.respond.models import Case, Transfer
from zhiyin.respond.reports.selection import Selection, select


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Hand-overs from people of one kind of unit to those of another, per case of the selection.

    `n` hand-overs in `n_cases` different cases.
    """

    from_kind: str
    to_kind: str
    n: int
    n_cases: int
    per_case: Estimate


def list_edges(selection: Selection) -> list[Edge]:
    """The edges of the selection's cases, the busiest first; what was taken back does not count.

    Each hand-over keeps where its two people worked at that time: the nearest unit of theirs above the
    case's, which may be another one afterwards; else the company. Two queries.
    """
    cases = select(selection)
    n_cases = cases.count()
    moves = Transfer.objects.filter(case__in=cases.order_by().values("pk"), undone_at=None)
    counted = moves.values_list("edge").annotate(n=Count("pk"), n_moved=Count("case", distinct=True))
    return [
        Edge(
            from_kind=from_kind,
            to_kind=to_kind,
            n=n,
            n_cases=n_moved,
            per_case=rate(n, n_cases, per=1.0).one(),
        )
        for kinds, n, n_moved in counted.order_by("-n", "edge")
        for from_kind, _, to_kind in [kinds.partition(">")]
    ]


def count_over(cases: QuerySet[Case], *, edge: str) -> int:
    """How many hand-overs of these cases went over the edge, such as `store>region`. One query."""
    found = Transfer.objects.filter(case__in=cases.order_by().values("pk"), edge=edge, undone_at=None)
    return found.count()
