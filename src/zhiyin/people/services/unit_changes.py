"""Changes units of the tree, one or many, each change audited so that it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.caches import forget_everything
from zhiyin.people.errors import UnitExists, UnitMoveImpossible, UnitNotFound
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND, fold_name
from zhiyin.people.services.audit import Happening, record_events
from zhiyin.people.services.unit_references import ensure_root
from zhiyin.people.time_zones import is_time_zone

Field = Literal[
    "code", "name", "kind", "time_zone", "parent_id", "is_active", "needs_review", "merged_into_id"
]
FieldValue = str | int | bool | None
FIELDS: tuple[Field, ...] = (
    "code", "name", "kind", "time_zone", "parent_id", "is_active", "needs_review", "merged_into_id",
)  # fmt: skip
MAX_PATH = 1000
_LIMITS: Mapping[str, int] = {"code": 64, "name": 200, "kind": 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """What shall be different about one unit, by field, and the audit's word for it."""

    unit_id: int
    action: str
    fields: Mapping[Field, FieldValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """How many units really changed, and the numbers of the first and last audit event that say so."""

    n_units: int = 0
    first: int = 0
    last: int = 0


def change_units(changes: Sequence[UnitChange], *, by: Actor = SYSTEM) -> Changed:
    """All the changes, or none: one event for each unit that is different afterwards, with what it was.

    Raises:
        InvalidInput: a text is unusable, a time zone unknown, or the tree would grow too deep.
        UnitExists: a code is taken.
        UnitMoveImpossible: a unit would stand below itself, or the root somewhere.
        UnitNotFound: a unit or the one above it does not exist.
    """
    try:
        with transaction.atomic():
            hold_tree()
            happened = [event for change in changes if (event := _change(change))]
            events = record_events(happened, by=by)
            transaction.on_commit(forget_everything)
    except IntegrityError:
        raise UnitExists("The code belongs to another unit.", next_step="Choose another.") from None
    if not events:
        return Changed()
    return Changed(n_units=len(events), first=events[0].sequence, last=events[-1].sequence)


def hold_tree() -> None:
    """Make all other changes of the tree wait: two moves at a time could make a ring."""
    if OrgUnit.objects.select_for_update().filter(parent__isnull=True).first() is None:
        ensure_root()


def held_unit(unit_id: int) -> OrgUnit:
    """The unit, held as it is until the transaction ends."""
    try:
        return OrgUnit.objects.select_for_update().get(pk=unit_id)
    except OrgUnit.DoesNotExist:
        raise UnitNotFound("The org unit does not exist.", next_step="Load the page again.") from None


def _change(change: UnitChange) -> Happening | None:
    unit = held_unit(change.unit_id)
    fields = {name: value for name, value in change.fields.items() if getattr(unit, name) != value}
    if not fields:
        return None
    before = {name: getattr(unit, name) for name in fields}
    _check(unit, fields)
    parent_id = fields.get("parent_id")
    if isinstance(parent_id, int):
        _hang(unit, below=held_unit(parent_id))
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.folded_name = fold_name(unit.name)
    unit.save(update_fields=[*fields, "folded_name"])
    return Happening(action=change.action, target=("unit", unit.pk), details=_details(fields, before))


def _details(after: Mapping[Field, FieldValue], before: Mapping[Field, FieldValue]) -> dict[str, object]:
    """Both sides, as undoing reads them: `name`, `name_before`."""
    told: dict[str, object] = {}
    for name, value in after.items():
        told[name] = "" if value is None else value
        told[f"{name}_before"] = "" if before[name] is None else before[name]
    return told


def _check(unit: OrgUnit, fields: Mapping[Field, FieldValue]) -> None:
    for name, limit in _LIMITS.items():
        if name in fields:
            require_text(str(fields[name]), field=name, limit=limit)  # type: ignore[index]
    if "time_zone" in fields and not is_time_zone(str(fields["time_zone"])):
        raise InvalidInput("The time zone is unknown.", next_step="Choose one.", field="time_zone")
    if (unit.parent_id is None) != (fields.get("kind", unit.kind) == ROOT_KIND):
        raise InvalidInput(
            f"The root of the tree, and nothing else, is a {ROOT_KIND}.",
            next_step="Name another kind.",
            field="kind",
        )
    if unit.parent_id is None and fields.keys() & {"parent_id", "is_active", "merged_into_id"}:
        raise UnitMoveImpossible("The root of the tree cannot be moved, merged or closed.")


def require_text(text: str, *, field: str, limit: int) -> None:
    """Raises `InvalidInput` unless the text has 1 to `limit` signs, all of which can be printed."""
    if not text.strip() or len(text) > limit or not text.isprintable():
        raise InvalidInput(
            f"A unit's {field} has 1 to {limit} printable characters.",
            next_step="Correct it.",
            field=field,
        )


def require_depth(path: str) -> None:
    """Raises `InvalidInput` for a path that does not fit the table."""
    if len(path) > MAX_PATH:
        raise InvalidInput("The tree would grow too deep.", next_step="Hang the unit higher.", field="parent")


def _hang(unit: OrgUnit, *, below: OrgUnit) -> None:
    """Replace the beginning of every path in the subtree: one query, however large it is."""
    if below.path.startswith(unit.path):
        raise UnitMoveImpossible("A unit cannot stand below itself.", next_step="Choose another parent.")
    new_path = f"{below.path}{unit.pk}/"
    longest = max(map(len, OrgUnit.objects.filter(path__startswith=unit.path).values_list("path", flat=True)))
    require_depth("/" * (longest - len(unit.path) + len(new_path)))
    rest = Substr(F("path"), len(unit.path) + 1)
    OrgUnit.objects.filter(path__startswith=unit.path).update(path=Concat(Value(new_path), rest))
    unit.path = new_path
