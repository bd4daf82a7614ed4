"""What changes the tree of org units."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.errors import UnitExists, UnitMoveImpossible
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND, fold_name
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.unit_changes import (
    Changed,
    Field,
    FieldValue,
    UnitChange,
    change_units,
    held_unit,
    hold_tree,
    require_depth,
    require_text,
)
from zhiyin.people.services.unit_references import (
    ROOT_CODE,
    UnitReference,
    ensure_root,
    ensure_units,
)
from zhiyin.people.time_zones import is_time_zone

__all__ = [
    "ROOT_CODE",
    "UnitReference",
    "change_unit",
    "create_unit",
    "ensure_root",
    "ensure_units",
    "merge_units",
    "move_unit",
    "move_units",
    "rename_unit",
    "set_units_active",
]


def create_unit(
    code: str,
    *,
    name: str,
    kind: str = "unit",
    parent: OrgUnit | None = None,
    time_zone: str = "",
    by: Actor = SYSTEM,
) -> OrgUnit:
    """A new unit under `parent`, under the root where none is named; in the zone of the one above if empty.

    Raises:
        InvalidInput: code, name or time zone is unusable, or the kind is that of the root.
        UnitExists: the code is taken.
        UnitNotFound: the parent was removed.
    """
    require_text(code, field="code", limit=64)
    require_text(name, field="name", limit=200)
    require_text(kind, field="kind", limit=32)
    if time_zone and not is_time_zone(time_zone):
        raise InvalidInput("The time zone is unknown.", next_step="Choose one.", field="time_zone")
    if kind == ROOT_KIND:
        raise InvalidInput(
            f"Only the root of the tree is a {ROOT_KIND}.", next_step="Name another kind.", field="kind"
        )
    try:
        with transaction.atomic():
            hold_tree()  # no move may run meanwhile, or the path would be stale
            above = held_unit(parent.pk if parent else ensure_root().pk)
            unit = OrgUnit.objects.create(
                code=code,
                name=name,
                folded_name=fold_name(name),
                kind=kind,
                parent=above,
                time_zone=time_zone or above.time_zone,
            )
            _set_path(unit, above)
            record_event("unit.created", by=by, target=("unit", unit.pk), details={"name": name})
    except IntegrityError:
        raise UnitExists(f"The code '{code}' belongs to another unit.", next_step="Choose another.") from None
    return unit


def change_unit(
    unit: OrgUnit,
    *,
    name: str | None = None,
    code: str | None = None,
    kind: str | None = None,
    time_zone: str | None = None,
    by: Actor = SYSTEM,
) -> Changed:
    """Give the unit what is not None; looked at by a person, it needs no review any more.

    Raises:
        InvalidInput: a text or the time zone is unusable, or the kind is the root's.
        UnitExists: the code is taken.
    """
    wanted: dict[Field, FieldValue] = {"name": name, "code": code, "kind": kind, "time_zone": time_zone}
    fields: dict[Field, FieldValue] = {field: value for field, value in wanted.items() if value is not None}
    return _change(unit, fields | {"needs_review": False}, action="unit.changed", by=by)


def rename_unit(unit: OrgUnit, *, name: str, by: Actor = SYSTEM) -> Changed:
    """Give the unit another name; being named by a person, it needs no review any more.

    Raises:
        InvalidInput: the name is empty or too long.
    """
    return _change(unit, {"name": name, "needs_review": False}, action="unit.renamed", by=by)


def move_unit(unit: OrgUnit, *, parent: OrgUnit, by: Actor = SYSTEM) -> Changed:
    """Hang the unit and all below it under `parent`: one query, however large the subtree.

    Raises:
        UnitMoveImpossible: the unit is the root, or `parent` lies within it.
    """
    if unit.parent_id is None:
        raise UnitMoveImpossible("The root of the tree cannot be moved.")
    changed = move_units([unit], parent=parent, by=by)
    unit.refresh_from_db()
    return changed


def move_units(units: Iterable[OrgUnit], *, parent: OrgUnit, by: Actor = SYSTEM) -> Changed:
    """Hang all of them under `parent`, or none; see `move_unit`. Placed, they need no review any more."""
    fields: dict[Field, FieldValue] = {"parent_id": parent.pk, "needs_review": False}
    return change_units(
        [UnitChange(unit_id=unit.pk, action="unit.moved", fields=fields) for unit in units], by=by
    )


def set_units_active(units: Iterable[OrgUnit], *, is_active: bool, by: Actor = SYSTEM) -> Changed:
    """Open or close the units; what was said of them stays, and new voices still come in.

    A merged unit that is opened again stands for itself again.

    Raises:
        UnitMoveImpossible: one is the root.
    """
    action = "unit.reopened" if is_active else "unit.closed"
    fields: dict[Field, FieldValue] = {"is_active": is_active}
    if is_active:
        fields["merged_into_id"] = None
    return change_units([UnitChange(unit_id=unit.pk, action=action, fields=fields) for unit in units], by=by)


def merge_units(units: Iterable[OrgUnit], *, into: OrgUnit, by: Actor = SYSTEM) -> Changed:
    """Say that the units are really `into`: what comes under their codes from now on is `into`'s.

    What was said before keeps its unit, which stands below `into`, closed: so it counts for `into`
    wherever figures go over a subtree, and undoing brings everything back.

    Raises:
        UnitMoveImpossible: one is the root, is `into` itself or stands above it, or `into` is merged.
    """
    units = list(units)
    if into.merged_into_id is not None:
        raise UnitMoveImpossible(
            "The unit is merged into another itself.", next_step="Choose the unit that it was merged into."
        )
    return change_units([change for unit in units for change in _merging(unit, into=into)], by=by)


def _merging(unit: OrgUnit, *, into: OrgUnit) -> list[UnitChange]:
    fields: dict[Field, FieldValue] = {
        "parent_id": into.pk,
        "is_active": False,
        "needs_review": False,
        "merged_into_id": into.pk,
    }
    # Whatever was merged into this one before goes on to where it goes.
    earlier = [
        UnitChange(unit_id=pk, action="unit.merged", fields={"merged_into_id": into.pk})
        for pk in OrgUnit.objects.filter(merged_into=unit).values_list("pk", flat=True)
    ]
    return [UnitChange(unit_id=unit.pk, action="unit.merged", fields=fields), *earlier]


def _change(unit: OrgUnit, fields: dict[Field, FieldValue], *, action: str, by: Actor) -> Changed:
    changed = change_units([UnitChange(unit_id=unit.pk, action=action, fields=fields)], by=by)
    unit.refresh_from_db()
    return changed


def _set_path(unit: OrgUnit, above: OrgUnit) -> None:
    unit.path = f"{above.path}{unit.pk}/"
    require_depth(unit.path)
    unit.save(update_fields=["path"])
