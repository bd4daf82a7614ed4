"""The units that a page offers to look at: those near the chosen one, however many there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope

# A longer list is no help; the search finds what is not in it.
_MAX_CHILDREN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """One unit of the list; `depth` 0 at its top."""

    code: str
    name: str
    depth: int
    is_chosen: bool

    @property
    def indent(self) -> str:
        """Spaces by depth, which an option of a list cannot have otherwise."""
        return "\u2003" * self.depth


def list_unit_choices(scope: Scope, *, chosen: OrgUnit | None) -> list[UnitChoice]:
    """The way down to the chosen unit with its neighbours and children; without one, the top two levels.

    The company itself is left out for who sees everything: choosing nothing means that. Two queries.
    """
    way = _allowed(scope).filter(pk__in=_steps(chosen)) if chosen else _tops(scope)
    anchors = list(way.order_by("path" if chosen else "code")[:_MAX_CHILDREN])
    parents = anchors[-2:] if chosen or len(anchors) == 1 else []
    below = _allowed(scope).filter(parent__in=[unit.pk for unit in parents], is_active=True)
    children = list(below.order_by("code")[:_MAX_CHILDREN])
    units = {unit.pk: unit for unit in [*anchors, *children]}
    if scope.unit_ids is None:
        units = {pk: unit for pk, unit in units.items() if unit.parent_id is not None}
    return _as_choices(units, chosen=chosen)


def _as_choices(units: dict[int, OrgUnit], *, chosen: OrgUnit | None) -> list[UnitChoice]:
    places = {pk: place for place, pk in enumerate(sorted(units, key=lambda pk: units[pk].code))}
    ordered = sorted(units.values(), key=lambda unit: [places.get(step, -1) for step in _steps(unit)])
    return [
        UnitChoice(
            code=unit.code,
            name=unit.name,
            depth=sum(step in units for step in _steps(unit)[:-1]),
            is_chosen=chosen is not None and unit.pk == chosen.pk,
        )
        for unit in ordered
    ]


def _steps(unit: OrgUnit | None) -> list[int]:
    return [int(step) for step in unit.path.split("/") if step] if unit else []


def _allowed(scope: Scope) -> QuerySet[OrgUnit]:
    units = OrgUnit.objects.all()
    return units if scope.unit_ids is None else units.filter(pk__in=scope.unit_ids)


def _tops(scope: Scope) -> QuerySet[OrgUnit]:
    if scope.unit_ids is None:
        return OrgUnit.objects.filter(parent__isnull=True)
    return _allowed(scope).exclude(parent__in=scope.unit_ids)
