"""Reads the compensations: the list with its filter, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from zhiyin.people.scope import Scope
from zhiyin.respond.models import Compensation
from zhiyin.respond.policies.kinds import GrantKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationFilter:
    """Which are wanted: of units (None: all), of a kind, from a moment on, of one customer."""

    unit_ids: frozenset[int] | None = None
    kind: str = ""
    since: datetime | None = None
    is_undone: bool | None = None
    customer: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How many stand, and what they cost in hundredths."""

    n: int
    cents: int


def select_compensations(*, scope: Scope, filter: CompensationFilter) -> QuerySet[Compensation]:
    """Those within the scope, the newest first."""
    rows = Compensation.objects.select_related("case", "unit", "by", "decision__version__policy")
    if scope.unit_ids is not None:
        rows = rows.filter(unit_id__in=scope.unit_ids)
    if filter.unit_ids is not None:
        rows = rows.filter(unit_id__in=filter.unit_ids)
    if filter.kind in {one.value for one in GrantKind} - {""}:
        rows = rows.filter(kind=filter.kind)
    if filter.since is not None:
        rows = rows.filter(at__gte=filter.since)
    if filter.is_undone is not None:
        rows = rows.filter(undone_at__isnull=not filter.is_undone)
    if filter.customer is not None:
        rows = rows.filter(customer=filter.customer)
    return rows.order_by("-at", "id")


def sum_up(rows: QuerySet[Compensation]) -> Total:
    """What those of them come to that were not taken back. One query."""
    stands = Q(undone_at=None)
    found = rows.order_by().aggregate(n=Count("pk", filter=stands), cents=Sum("amount_cents", filter=stands))
    return Total(n=found["n"], cents=int(found["cents"] or 0))
