"""Takes back what was done to units, as the audit trail tells it."""

from __future__ import annotations

import json

from django.db import transaction

from zhiyin.errors import Conflict, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.services.unit_changes import (
    FIELDS,
    Changed,
    Field,
    FieldValue,
    UnitChange,
    change_units,
)

_UNDOABLE = frozenset(
    {"unit.changed", "unit.renamed", "unit.moved", "unit.closed", "unit.reopened", "unit.merged"}
)
_AFTERWARDS = "unit.restored"
_IDS = frozenset({"parent_id", "merged_into_id"})
_FLAGS = frozenset({"is_active", "needs_review"})


def undo_unit_changes(first: int, *, last: int, by: Actor) -> Changed:
    """Give units back what events `first` to `last` of this very actor took from them.

    Raises:
        NotFound: these are not changes of units that this actor made.
        Conflict: something was changed again since; nothing is done then.
    """
    with transaction.atomic():
        events = list(
            AuditEvent.objects.filter(sequence__range=(first, last), actor_kind=by.kind, actor_id=by.id)
            .filter(action__in=_UNDOABLE)
            .order_by("-sequence")
        )
        if not events or len(events) != last - first + 1:
            raise NotFound("There is nothing of yours to undo here.")
        units = OrgUnit.objects.in_bulk([int(event.target_id) for event in events])
        changes = [_inverse(event, units[int(event.target_id)]) for event in events]
        return change_units(changes, by=by)


def _inverse(event: AuditEvent, unit: OrgUnit) -> UnitChange:
    told: dict[str, str] = json.loads(event.details)
    names: list[Field] = [name for name in FIELDS if f"{name}_before" in told]
    if any(getattr(unit, name) != _value(name, told[name]) for name in names):
        raise Conflict(f"{unit.name} was changed again since.", next_step="Look at it and change it by hand.")
    before: dict[Field, FieldValue] = {name: _value(name, told[f"{name}_before"]) for name in names}
    return UnitChange(unit_id=unit.pk, action=_AFTERWARDS, fields=before)


def _value(name: Field, text: str) -> FieldValue:
    """What the audit's text stood for."""
    if name in _FLAGS:
        return text == "True"
    if name in _IDS:
        return int(text) if text else None
    return text
