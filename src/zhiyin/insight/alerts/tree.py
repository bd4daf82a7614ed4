"""The tree of units as arrays, so that counts of stores add up to cities, regions and the company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiyin.people.models import OrgUnit

COMPANY, GROUP, UNIT = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTree:
    """Units by place: `ids[place]`, `level[place]` (company, group of units, unit without any below).

    `ancestors[place]` holds the places of the unit itself, what is above it, and so on; −1 beyond the root.
    What belongs to no unit, or to one that is not in the tree, counts for the root alone.
    """

    ids: NDArray[np.int64]
    level: NDArray[np.int8]
    ancestors: NDArray[np.int64]
    root: int

    def places(self, unit_ids: Iterable[int | None]) -> NDArray[np.int64]:
        """The place of each unit id."""
        known = {int(unit_id): place for place, unit_id in enumerate(self.ids)}
        return np.array(
            [known.get(one, self.root) if one is not None else self.root for one in unit_ids], int
        )

    def below(self, place: int) -> NDArray[np.int64]:
        """Places of the unit and all below it."""
        return np.flatnonzero((self.ancestors == place).any(axis=1))

    def are_related(self, one: int, other: int) -> bool:
        """Whether one is the other, or lies above it."""
        return one in self.ancestors[other] or other in self.ancestors[one]


def make_tree(paths: Sequence[Sequence[int]]) -> UnitTree:
    """The tree of these chains of ids, each from the root to a unit; every unit has its own chain.

    Raises:
        ValueError: there is no unit.
    """
    ids = np.array([path[-1] for path in paths], dtype=np.int64)
    places = {int(unit_id): place for place, unit_id in enumerate(ids)}
    depth = max(len(path) for path in paths)
    ancestors = np.full((len(ids), depth), -1, dtype=np.int64)
    for place, path in enumerate(paths):
        chain = [places[step] for step in reversed(path) if step in places]
        ancestors[place, : len(chain)] = chain
    has_children = np.zeros(len(ids), bool)
    has_children[ancestors[:, 1:][ancestors[:, 1:] >= 0]] = True
    root = int(np.argmin([len(path) for path in paths]))
    level = np.where(has_children, GROUP, UNIT).astype(np.int8)
    level[root] = COMPANY
    return UnitTree(ids=ids, level=level, ancestors=ancestors, root=root)


def read_tree() -> UnitTree | None:
    """The tree of this installation; a merged unit counts for what it was merged into. None without units."""
    rows = list(OrgUnit.objects.order_by("path", "pk").values_list("path", flat=True))
    paths = [[int(step) for step in path.split("/") if step] for path in rows]
    return make_tree(paths) if paths else None
