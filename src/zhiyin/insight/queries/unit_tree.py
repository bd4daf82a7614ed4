"""The units that an asker sees, as a tree whose subtrees can be summed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.insight.competitors.units import competitor_unit_ids
from zhiyin.measure.estimate import Floats
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import fold_name
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNode:
    """One unit. `place` is its own in the tree, those below it follow up to before `end`."""

    id: int
    code: str
    name: str
    kind: str
    path: str
    parent_id: int | None
    is_active: bool
    place: int
    end: int

    @property
    def is_leaf(self) -> bool:
        """Whether nothing that the asker sees stands below it."""
        return self.end == self.place + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTree:
    """Nodes in the order of their paths, so that what stands below a unit is one stretch."""

    nodes: tuple[UnitNode, ...]

    def roots(self) -> list[UnitNode]:
        """Units whose parent is not in the tree."""
        ids = {node.id for node in self.nodes}
        return [node for node in self.nodes if node.parent_id not in ids]

    def below(self, top: UnitNode | None) -> Sequence[UnitNode]:
        """Everything below `top`; all nodes where it is None."""
        return self.nodes if top is None else self.nodes[top.place + 1 : top.end]

    def children(self, top: UnitNode) -> list[UnitNode]:
        """The next level."""
        return [node for node in self.below(top) if node.parent_id == top.id]

    def subtree_ids(self, nodes: Sequence[UnitNode]) -> tuple[list[int], list[int]]:
        """Each id of the nodes' subtrees with the number of its node; twice where nodes nest."""
        pairs = [
            (below.id, number)
            for number, node in enumerate(nodes)
            for below in self.nodes[node.place : node.end]
        ]
        return [unit_id for unit_id, _ in pairs], [number for _, number in pairs]

    def places(self, unit_ids: ArrayLike) -> NDArray[np.int64]:
        """Places of these units; −1 for one that is not in the tree."""
        ids = np.asarray([node.id for node in self.nodes], dtype=np.int64)
        wanted = np.asarray(unit_ids, dtype=np.int64)
        if not ids.size:
            return np.full(wanted.shape, -1, dtype=np.int64)
        order = np.argsort(ids)
        found = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), ids.size - 1)]
        return np.where(ids[found] == wanted, found, -1)

    def sums(self, nodes: Sequence[UnitNode], *, places: NDArray[np.int64], values: ArrayLike) -> Floats:
        """For each of the nodes the sum of the values in its subtree."""
        own = np.zeros(len(self.nodes) + 1)
        is_known = places >= 0
        np.add.at(own, places[is_known] + 1, np.asarray(values, dtype=np.float64)[is_known])
        total = np.cumsum(own)
        return total[[node.end for node in nodes]] - total[[node.place for node in nodes]]


def read_unit_tree(*, scope: Scope, top: OrgUnit | None = None) -> UnitTree:
    """The units that may be seen, `top` and those below it where it is given. One query."""
    units = OrgUnit.objects.filter(path__startswith=top.path) if top else OrgUnit.objects.all()
    if top is None or top.pk not in competitor_unit_ids():
        units = units.exclude(pk__in=competitor_unit_ids())  # not ours, and told apart on their own page
    columns = ("pk", "code", "name", "kind", "path", "parent_id", "is_active")
    rows = [row for row in units.order_by("path").values_list(*columns) if scope.allows(row[0])]
    # Not the database's order: its collation may differ from that of the search below.
    rows.sort(key=lambda row: row[4])
    paths = [row[4] for row in rows]
    return UnitTree(
        nodes=tuple(
            UnitNode(
                id=pk,
                code=code,
                name=name,
                kind=kind,
                path=path,
                parent_id=parent_id,
                is_active=is_active,
                place=place,
                end=bisect_left(paths, path + "\uffff", lo=place),
            )
            for place, (pk, code, name, kind, path, parent_id, is_active) in enumerate(rows)
        )
    )


def list_rows(tree: UnitTree, *, kind: str = "", name: str = "") -> list[UnitNode]:
    """The units of a scoreboard: the next level below the top, or all of a `kind`, or all of that `name`.

    The top is the only root, if there is one; where nothing stands below it, it is the only row.
    """
    roots = tree.roots()
    top = roots[0] if len(roots) == 1 else None
    if name:
        words = fold_name(name)
        found = [
            node for node in tree.nodes if words in fold_name(node.name) or words == node.code.casefold()
        ]
        return [node for node in found if not kind or node.kind == kind]
    if kind:
        return [node for node in tree.nodes if node.kind == kind]
    return (tree.children(top) or [top]) if top else roots


def list_kinds(tree: UnitTree) -> list[str]:
    """The kinds below the top, the highest level first."""
    roots = tree.roots()
    nodes = tree.below(roots[0] if len(roots) == 1 else None)
    levels: dict[str, int] = {}
    for node in nodes:
        level = node.path.count("/")
        levels[node.kind] = min(level, levels.get(node.kind, level))
    return sorted(levels, key=lambda kind: (levels[kind], kind))


def list_steps_down(unit: OrgUnit, *, scope: Scope) -> list[OrgUnit]:
    """The units above `unit` that the asker sees, the highest first. One query."""
    ids = [int(step) for step in unit.path.split("/") if step][:-1]
    above = [one for one in OrgUnit.objects.filter(pk__in=ids) if scope.allows(one.pk)]
    return sorted(above, key=lambda one: len(one.path))
