"""The org units that records name; one that nobody knows is not made, as for voices, but refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from zhiyin.listen.items import UnitIn
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import fold_name

_CHUNK = 500


def find_unit_ids(units: Iterable[UnitIn | None]) -> dict[UnitIn, int]:
    """The id of each unit that is known: by its code or, without one, by a name that only one unit has.

    A unit that was merged into another is that one. Two queries for all together.
    """
    wanted = {unit for unit in units if unit is not None}
    by_code = dict(_rows("code", {unit.code for unit in wanted if unit.code}))
    by_name: dict[str, set[int]] = {}
    for name, unit_id in _rows(
        "folded_name", {fold_name(unit.name) for unit in wanted if unit.name and not unit.code}
    ):
        by_name.setdefault(name, set()).add(unit_id)
    found: dict[UnitIn, int] = {}
    for unit in wanted:
        if unit.code:
            if unit.code in by_code:
                found[unit] = by_code[unit.code]
        elif len(ids := by_name.get(fold_name(unit.name or ""), set())) == 1:
            (found[unit],) = ids
    return found


def _rows(field: str, values: Collection[str]) -> Iterator[tuple[str, int]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        units = OrgUnit.objects.filter(**{f"{field}__in": ordered[start : start + _CHUNK]})
        for value, unit_id, merged_into_id in units.values_list(field, "pk", "merged_into_id"):
            yield value, merged_into_id or unit_id
