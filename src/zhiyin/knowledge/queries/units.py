"""Where articles hold: at their unit and below it."""

from __future__ import annotations

from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope


def units_above(unit_ids: frozenset[int]) -> frozenset[int]:
    """The units and all above them: what holds there holds here. One query."""
    paths = OrgUnit.objects.filter(pk__in=unit_ids).values_list("path", flat=True)
    return frozenset(int(step) for path in paths for step in path.split("/") if step)


def holding_in(scope: Scope) -> frozenset[int] | None:
    """The units whose articles somebody with this scope may read; None for all."""
    return None if scope.unit_ids is None else units_above(scope.unit_ids)
