"""Does what a plan of a sheet of org units says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.db import transaction

from zhiyin.errors import Conflict
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import fold_name
from zhiyin.people.services.audit import Happening, record_event, record_events
from zhiyin.people.services.unit_changes import UnitChange, change_units, hold_tree, require_depth
from zhiyin.people.services.unit_plan import PlannedRow, UnitPlan, fields_of, plan_units
from zhiyin.people.services.unit_sheet import SheetRow

_BATCH = 500


def import_units(rows: Sequence[SheetRow], *, agreed: UnitPlan | None = None, by: Actor = SYSTEM) -> UnitPlan:
    """What was done: all of it, or nothing. Each unit made or changed is an event of the audit trail.

    Raises:
        Conflict: a row is wrong, nothing would change, or the plan is no longer the one `agreed` to.
    """
    with transaction.atomic():
        hold_tree()
        plan = plan_units(rows)
        if not plan.is_possible or (agreed is not None and plan.fingerprint != agreed.fingerprint):
            raise Conflict("The sheet cannot be taken in as it is.", next_step="Look at the preview again.")
        ordered = sorted(plan.rows, key=lambda row: row.depth)
        changed = [row for row in ordered if row.verdict == "changed"]
        # The root alone may get another code, which rows name as the one above them.
        _change([row for row in changed if "code" in (row.after or {})], by=by)
        _create([row for row in ordered if row.verdict == "new"], by=by)
        _change([row for row in changed if "code" not in (row.after or {})], by=by)
        counts = {"created": plan.n_rows("new"), "changed": plan.n_rows("changed")}
        record_event("units.imported", by=by, target=("unit", ""), details=counts)
        transaction.on_commit(forget_everything)
    return plan


def _create(rows: Sequence[PlannedRow], *, by: Actor) -> None:
    """Level by level from the top, so that whatever is above a unit is there."""
    for _, level in groupby(rows, key=lambda row: row.depth):
        above = _units_by_code()
        made = [_unit(row.row, parent=above) for row in level]
        OrgUnit.objects.bulk_create(made, batch_size=_BATCH)
        for unit in made:
            if unit.parent is not None:
                unit.path = f"{unit.parent.path}{unit.pk}/"
            require_depth(unit.path)
        OrgUnit.objects.bulk_update(made, ["path"], batch_size=_BATCH)
        record_events(
            [
                Happening(action="unit.created", target=("unit", unit.pk), details={"name": unit.name})
                for unit in made
            ],
            by=by,
        )


def _unit(row: SheetRow, *, parent: dict[str, OrgUnit]) -> OrgUnit:
    above = parent[row.parent] if row.parent else parent[""]
    return OrgUnit(
        code=row.code,
        name=row.name,
        folded_name=fold_name(row.name),
        kind=row.kind or "unit",
        parent=above,
        time_zone=row.time_zone or above.time_zone,
    )


def _change(rows: Sequence[PlannedRow], *, by: Actor) -> None:
    ids = {code: unit.pk for code, unit in _units_by_code().items()}
    changes = [
        UnitChange(unit_id=row.unit_id, action="unit.changed", fields=fields_of(row, ids=ids))
        for row in rows
        if row.unit_id is not None
    ]
    change_units(changes, by=by)


def _units_by_code() -> dict[str, OrgUnit]:
    """Every unit by its code; the root by the empty code too."""
    units = {unit.code: unit for unit in OrgUnit.objects.all()}
    units[""] = next(unit for unit in units.values() if unit.parent_id is None)
    return units
