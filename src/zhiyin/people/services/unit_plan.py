"""What a sheet of org units would change, before anything is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND
from zhiyin.people.services.unit_changes import Field, FieldValue
from zhiyin.people.services.unit_references import ensure_root
from zhiyin.people.services.unit_sheet import SheetRow
from zhiyin.people.time_zones import is_time_zone

Verdict = Literal["new", "changed", "same", "wrong"]
_MAX_DEPTH = 60


class Problem(StrEnum):
    """Why a row cannot be taken."""

    NO_CODE = "no_code"
    TWICE = "twice"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    UNKNOWN_PARENT = "unknown_parent"
    RING = "ring"
    UNKNOWN_ZONE = "unknown_zone"
    ROOT_KIND = "root_kind"
    ROOT_MOVES = "root_moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """What becomes of one row. `before` and `after` hold the fields that differ; parents by code."""

    row: SheetRow
    verdict: Verdict
    unit_id: int | None = None
    problem: Problem | None = None
    before: Mapping[str, str] | None = None
    after: Mapping[str, str] | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPlan:
    """All rows in the sheet's order."""

    rows: tuple[PlannedRow, ...]

    def n_rows(self, verdict: Verdict) -> int:
        """How many rows have this verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def is_possible(self) -> bool:
        """Whether nothing is wrong, and something would change."""
        return not self.n_rows("wrong") and bool(self.n_rows("new") + self.n_rows("changed"))

    @property
    def fingerprint(self) -> tuple[tuple[str, str], ...]:
        """What was agreed to: each row's code and verdict."""
        return tuple((row.row.code, row.verdict) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """The tree as it stands and as the sheet would make it: unit by code, parent's code by code."""

    units: Mapping[str, OrgUnit]
    codes: Mapping[int, str]
    parents: Mapping[str, str]


def plan_units(rows: Sequence[SheetRow]) -> UnitPlan:
    """What the rows would do. A row without a parent's code leaves a known unit where it stands and puts a
    new one under the root; the row of kind `company` is the root's own. One query.
    """
    tree = _tree(rows)
    times = Counter(row.code for row in rows)
    planned = [_plan(row, tree=tree, n_times=times[row.code]) for row in rows]
    return UnitPlan(rows=tuple(planned))


def _tree(rows: Sequence[SheetRow]) -> _Tree:
    root = ensure_root()
    existing = list(OrgUnit.objects.all())
    units = {unit.code: unit for unit in existing}
    root_code = next((row.code for row in rows if _is_root(row, units=units)), root.code)
    units[root_code] = units.pop(root.code)
    codes = {unit.pk: unit.code for unit in existing} | {root.pk: root_code}
    parents = {unit.code: codes[unit.parent_id] for unit in existing if unit.parent_id is not None}
    for row in rows:
        if row.code and row.code != root_code:
            parents[row.code] = row.parent or parents.get(row.code, root_code)
    return _Tree(units=units, codes=codes, parents=parents)


def _is_root(row: SheetRow, *, units: Mapping[str, OrgUnit]) -> bool:
    known = units.get(row.code)
    if known is not None:
        return known.parent_id is None
    return bool(row.code) and row.kind == ROOT_KIND and not row.parent


def _plan(row: SheetRow, *, tree: _Tree, n_times: int) -> PlannedRow:
    unit = tree.units.get(row.code)
    depth, problem = _place(row, tree=tree)
    problem = _problem(row, unit=unit, n_times=n_times) or problem
    if problem:
        return PlannedRow(row=row, verdict="wrong", problem=problem)
    if unit is None:
        return PlannedRow(row=row, verdict="new", depth=depth)
    wanted = {name: getattr(row, name) for name in ("code", "name", "parent", "kind", "time_zone")}
    now = {
        "code": unit.code,
        "name": unit.name,
        "parent": tree.codes[unit.parent_id] if unit.parent_id else "",
        "kind": unit.kind,
        "time_zone": unit.time_zone,
    }
    after = {name: value for name, value in wanted.items() if value and value != now[name]}
    planned = PlannedRow(row=row, verdict="changed" if after else "same", unit_id=unit.pk, depth=depth)
    return replace(planned, before={name: now[name] for name in after}, after=after)


def _problem(row: SheetRow, *, unit: OrgUnit | None, n_times: int) -> Problem | None:
    is_root = unit is not None and unit.parent_id is None
    checks = {
        Problem.NO_CODE: not row.code,
        Problem.TWICE: n_times > 1,
        Problem.NO_NAME: unit is None and not row.name,
        Problem.TOO_LONG: not _fits(row),
        Problem.UNKNOWN_ZONE: bool(row.time_zone) and not is_time_zone(row.time_zone),
        Problem.ROOT_KIND: bool(row.kind) and (row.kind == ROOT_KIND) != is_root,
        Problem.ROOT_MOVES: is_root and bool(row.parent),
    }
    return next((problem for problem, is_so in checks.items() if is_so), None)


def _fits(row: SheetRow) -> bool:
    limits = ((row.code, 64), (row.name, 200), (row.kind, 32))
    return all(len(text) <= limit and text.isprintable() for text, limit in limits)


def _place(row: SheetRow, *, tree: _Tree) -> tuple[int, Problem | None]:
    """How deep the unit will stand, or why it cannot."""
    seen, code, depth = {row.code}, tree.parents.get(row.code), 0
    while code is not None and code in tree.parents:
        if code in seen or depth > _MAX_DEPTH:
            return 0, Problem.RING
        seen.add(code)
        code, depth = tree.parents.get(code), depth + 1
    if code is not None and code not in tree.units:
        return 0, Problem.UNKNOWN_PARENT
    return depth, None


def fields_of(planned: PlannedRow, *, ids: Mapping[str, int]) -> dict[Field, FieldValue]:
    """What changes about a known unit, parents by id; being in a sheet of people's, it needs no review."""
    after = dict(planned.after or {})
    parent = after.pop("parent", None)
    fields: dict[Field, FieldValue] = {"needs_review": False}
    for name in ("code", "name", "kind", "time_zone"):
        if name in after:
            fields[name] = after[name]
    if parent is not None:
        fields["parent_id"] = ids[parent]
    return fields
