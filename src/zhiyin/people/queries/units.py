"""What reads the tree of org units."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q

from zhiyin.people.errors import UnitNotFound
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import fold_name
from zhiyin.people.scope import Scope


def list_units(*, scope: Scope) -> list[OrgUnit]:
    """The units that may be seen, each after the one above it, siblings by code."""
    units = OrgUnit.objects.order_by("code")
    if scope.unit_ids is not None:
        units = units.filter(pk__in=scope.unit_ids)
    places = {unit.pk: place for place, unit in enumerate(units)}
    return sorted(
        units, key=lambda unit: [places.get(int(step), -1) for step in unit.path.split("/") if step]
    )


def find_unit(unit_id: int) -> OrgUnit | None:
    """The unit of that id."""
    return OrgUnit.objects.filter(pk=unit_id).first()


def find_unit_by_code(code: str) -> OrgUnit | None:
    """The unit of that code."""
    return OrgUnit.objects.filter(code=code).first()


def get_unit(unit_id: int, *, scope: Scope) -> OrgUnit:
    """The unit of that id; raises `UnitNotFound` where there is none that may be seen."""
    unit = OrgUnit.objects.filter(pk=unit_id).first() if scope.allows(unit_id) else None
    if unit is None:
        raise UnitNotFound("There is no such org unit.", next_step="Choose another.")
    return unit


def get_named_unit(code: str) -> OrgUnit:
    """The unit of that code, else the only one of that name: units that came with voices have no other.

    In place of a merged unit, the one that it was merged into.

    Raises:
        UnitNotFound: neither is there, or several have the name.
    """
    unit = OrgUnit.objects.select_related("merged_into").filter(code=code).first()
    if unit is not None:
        return unit.merged_into or unit
    named = OrgUnit.objects.filter(folded_name=fold_name(code), merged_into__isnull=True)
    namesakes = named.order_by("pk")[:2]
    if len(namesakes) == 1:
        return namesakes[0]
    if namesakes:
        raise UnitNotFound(f"Several org units are named '{code}'.", next_step="Name one by its code.")
    raise UnitNotFound(f"No org unit has the code '{code}'.", next_step="Check the code.")


def list_subtree_ids(unit_id: int) -> list[int]:
    """Ids of the unit and all below it, ascending; empty where there is no such unit. Two queries."""
    unit = find_unit(unit_id)
    return sorted(subtree_ids([unit.path])) if unit else []


def find_branch_ids(code: str, *, scope: Scope) -> frozenset[int] | None:
    """Ids of the unit of that code and all below it, as a filter: None for no code, which is no filter, and
    none for a unit that is not there or may not be seen.
    """
    if not code:
        return None
    unit = find_unit_by_code(code)
    if unit is None or not scope.allows(unit.pk):
        return frozenset()
    return subtree_ids([unit.path])


def subtree_ids(paths: list[str]) -> frozenset[int]:
    """Ids of the units at these paths and all below them. One query."""
    if not paths:
        return frozenset()
    below = reduce(or_, (Q(path__startswith=path) for path in paths))
    return frozenset(OrgUnit.objects.filter(below).values_list("pk", flat=True))


def unit_names(*, scope: Scope) -> dict[int, str]:
    """Name by id of the units that may be seen."""
    units = OrgUnit.objects.all()
    if scope.unit_ids is not None:
        units = units.filter(pk__in=scope.unit_ids)
    return dict(units.values_list("pk", "name"))
