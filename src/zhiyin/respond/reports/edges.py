"""Between whom cases were handed over: the edges of the kicked-about index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from zhiyin.measure.estimate import Estimate
from zhiyin.measure.rates import rate
from zhiyin.people.models import OrgUnit, RoleGrant
from zhiyin.people.permissions import Permission, roles_with
from zhiyin.respond.models import Case, CaseEvent, Step
from zhiyin.respond.reports.selection import Selection, select

HEADQUARTERS = "company"
"""The kind of whoever works for the whole company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Hand-overs from people of one kind of unit to those of another, per case of the selection."""

    from_kind: str
    to_kind: str
    n: int
    per_case: Estimate


def list_edges(selection: Selection) -> list[Edge]:
    """The edges of the selection's cases, the busiest first; what was taken back does not count.

    Where somebody works is the unit of theirs that is nearest above the case's. Four queries.
    """
    cases = select(selection)
    n_cases = cases.count()
    moves = _count_moves(cases.order_by())
    kinds = _Places(who for pair in moves for who in pair[:2])
    counted: dict[tuple[str, str], int] = {}
    for (giver, taker, unit_id), n in moves.items():
        edge = (kinds.kind_of(giver, unit_id=unit_id), kinds.kind_of(taker, unit_id=unit_id))
        counted[edge] = counted.get(edge, 0) + n
    ordered = sorted(((n, edge) for edge, n in counted.items() if n > 0), key=lambda one: (-one[0], one[1]))
    return [
        Edge(from_kind=edge[0], to_kind=edge[1], n=n, per_case=rate(n, n_cases, per=1.0).one())
        for n, edge in ordered
    ]


def _count_moves(cases: object) -> Mapping[tuple[int, int, int], int]:
    """How often each handed to each, of cases of each unit, less what was taken back."""
    steps = CaseEvent.objects.filter(
        case__in=Case.objects.filter(pk__in=cases.values("pk")),  # type: ignore[attr-defined]
        kind__in=[Step.TRANSFERRED.value, Step.TRANSFER_UNDONE.value],
        owner_from__isnull=False,
    )
    counted: dict[tuple[int, int, int], int] = {}
    grouped = steps.values_list("kind", "owner_from", "owner_to", "unit").annotate(n=Count("pk"))
    for kind, giver, taker, unit_id, n in grouped.order_by():
        pair = (giver, taker) if kind == Step.TRANSFERRED else (taker, giver)
        key = (*pair, unit_id)
        counted[key] = counted.get(key, 0) + (n if kind == Step.TRANSFERRED else -n)
    return counted


class _Places:
    """Where accounts work, read at once."""

    def __init__(self, account_ids: Iterable[int]) -> None:
        roles = sorted(role.value for role in roles_with(Permission.CASES_WORK))
        self._units = {unit.pk: unit for unit in OrgUnit.objects.only("pk", "path", "kind")}
        self._granted: dict[int, set[int]] = {}
        grants = RoleGrant.objects.filter(account__in=set(account_ids), role__in=roles, unit__isnull=False)
        for who, unit_id in grants.values_list("account_id", "unit_id"):
            if unit_id is not None:
                self._granted.setdefault(who, set()).add(unit_id)

    def kind_of(self, account_id: int, *, unit_id: int) -> str:
        """The kind of the nearest unit above the case's at which they work; else of the whole company."""
        granted, unit = self._granted.get(account_id, set()), self._units[unit_id]
        for step in reversed([int(part) for part in unit.path.split("/") if part]):
            if step in granted:
                return str(self._units[step].kind)
        return HEADQUARTERS
