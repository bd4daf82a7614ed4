"""Spare parts of a visit: needed, ordered, arrived, used."""

from __future__ import annotations

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Visit, VisitPart
from zhiyin.respond.visits.errors import VisitNotFound
from zhiyin.respond.visits.kinds import PartState
from zhiyin.respond.visits.services import holding

_MAX_NAME, _MAX_NUMBER, _MOST = 80, 60, 999


def add_part(visit: Visit, *, name: str, number: str = "", n: int = 1, by: Actor) -> VisitPart:
    """A part that the visit needs. Raises `InvalidInput` without a name, or for a number of none."""
    clean = " ".join(name.replace("\0", "").split())[:_MAX_NAME]
    if not clean:
        raise InvalidInput("Name the part.", field="part_name")
    if not 1 <= n <= _MOST:
        raise InvalidInput(f"Say how many, 1 to {_MOST}.", field="part_n")
    with holding(visit, version=None) as held:
        part = VisitPart.objects.create(
            visit=held, name=clean, number=" ".join(number.replace("\0", "").split())[:_MAX_NUMBER], n=n
        )
        _tell(held, "added", by=by)
    return part


def set_part(visit: Visit, *, part_id: int, state: PartState, by: Actor) -> VisitPart:
    """Where the part is now. Raises `VisitNotFound` for a part of another visit."""
    with holding(visit, version=None) as held:
        part = _find(held, part_id)
        part.state = state.value
        part.save()
        _tell(held, "changed", by=by)
    return part


def remove_part(visit: Visit, *, part_id: int, by: Actor) -> None:
    """The part is not needed after all."""
    with holding(visit, version=None) as held:
        _find(held, part_id).delete()
        _tell(held, "removed", by=by)


def _find(held: Visit, part_id: int) -> VisitPart:
    part = VisitPart.objects.filter(pk=part_id, visit=held).first()
    if part is None:
        raise VisitNotFound
    return part


def _tell(held: Visit, action: str, *, by: Actor) -> None:
    record_event(f"visit_part.{action}", by=by, target=("case", held.case.number))
