"""What changes the tree of org units."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.caches import forget_everything
from zhiyin.people.errors import UnitExists, UnitMoveImpossible, UnitNotFound
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND, fold_name
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.unit_references import (
    ROOT_CODE,
    UnitReference,
    ensure_root,
    ensure_units,
)

__all__ = [
    "ROOT_CODE",
    "UnitReference",
    "create_unit",
    "ensure_root",
    "ensure_units",
    "move_unit",
    "rename_unit",
]

_MAX_PATH = 1000


def create_unit(
    code: str,
    *,
    name: str,
    kind: str = "unit",
    parent: OrgUnit | None = None,
    time_zone: str = "Asia/Shanghai",
    by: Actor = SYSTEM,
) -> OrgUnit:
    """A new unit under `parent`, under the root where none is named.

    Raises:
        InvalidInput: code or name is empty or too long, or the kind is that of the root.
        UnitExists: the code is taken.
        UnitNotFound: the parent was removed.
    """
    _require_text(code, field="code", limit=64)
    _require_text(name, field="name", limit=200)
    _require_text(kind, field="kind", limit=32)
    if kind == ROOT_KIND:
        raise InvalidInput(
            f"Only the root of the tree is a {ROOT_KIND}.", next_step="Name another kind.", field="kind"
        )
    try:
        with transaction.atomic():
            root = _locked(ensure_root().pk)  # no move may run meanwhile, or the path would be stale
            above = _locked(parent.pk) if parent else root
            unit = OrgUnit.objects.create(
                code=code,
                name=name,
                folded_name=fold_name(name),
                kind=kind,
                parent=above,
                time_zone=time_zone,
            )
            _set_path(unit, above)
            record_event("unit.created", by=by, target=("unit", unit.pk))
    except IntegrityError:
        raise UnitExists(f"The code '{code}' belongs to another unit.", next_step="Choose another.") from None
    return unit


def rename_unit(unit: OrgUnit, *, name: str, by: Actor = SYSTEM) -> None:
    """Give the unit another name; being named by a person, it needs no review any more.

    Raises:
        InvalidInput: the name is empty or too long.
    """
    _require_text(name, field="name", limit=200)
    unit.name, unit.folded_name, unit.needs_review = name, fold_name(name), False
    with transaction.atomic():
        unit.save(update_fields=["name", "folded_name", "needs_review"])
        record_event("unit.renamed", by=by, target=("unit", unit.pk))
        transaction.on_commit(forget_everything)


def move_unit(unit: OrgUnit, *, parent: OrgUnit, by: Actor = SYSTEM) -> None:
    """Hang the unit and all below it under `parent`: one query, however large the subtree.

    Raises:
        UnitMoveImpossible: the unit is the root, or `parent` lies within it.
    """
    with transaction.atomic():
        _locked(ensure_root().pk)  # one move at a time, or two could make a ring
        unit.refresh_from_db()
        parent.refresh_from_db()
        if unit.parent_id is None:
            raise UnitMoveImpossible("The root of the tree cannot be moved.")
        if parent.path.startswith(unit.path):
            raise UnitMoveImpossible("A unit cannot stand below itself.", next_step="Choose another parent.")
        _move_paths(unit, new_path=f"{parent.path}{unit.pk}/")
        OrgUnit.objects.filter(pk=unit.pk).update(parent=parent, needs_review=False)
        record_event("unit.moved", by=by, target=("unit", unit.pk), details={"parent": parent.pk})
        transaction.on_commit(forget_everything)
    unit.refresh_from_db()


def _move_paths(unit: OrgUnit, *, new_path: str) -> None:
    """Replace the beginning of every path in the subtree."""
    _require_depth(new_path)
    rest = Substr(F("path"), len(unit.path) + 1)
    OrgUnit.objects.filter(path__startswith=unit.path).update(path=Concat(Value(new_path), rest))


def _set_path(unit: OrgUnit, above: OrgUnit) -> None:
    unit.path = f"{above.path}{unit.pk}/"
    _require_depth(unit.path)
    unit.save(update_fields=["path"])


def _locked(unit_id: int) -> OrgUnit:
    """The unit, held where it stands until the transaction ends."""
    try:
        return OrgUnit.objects.select_for_update().get(pk=unit_id)
    except OrgUnit.DoesNotExist:
        raise UnitNotFound("The org unit above does not exist.") from None


def _require_depth(path: str) -> None:
    if len(path) > _MAX_PATH:
        raise InvalidInput("The tree would grow too deep.", next_step="Hang the unit higher.")


def _require_text(text: str, *, field: str, limit: int) -> None:
    if not text.strip() or len(text) > limit or not text.isprintable():
        raise InvalidInput(
            f"A unit's {field} has 1 to {limit} printable characters.",
            next_step="Correct it.",
            field=field,
        )
