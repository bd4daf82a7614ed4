"""Joins pairs to people: by the whole of a group, so that one bridge does not make two persons one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

CAP = 10.0
"""No pair counts for more bits than this: many fields alike do not outweigh many records that are not."""
FLOOR = -6.0
"""What a pair counts that shares nothing by which it would have been compared."""
CUT = FLOOR / 2
"""Groups are joined while the mean over all their pairs stays above: half way between nothing and even."""
_MOST = 1500

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edges:
    """Pairs of rows and their weight in bits."""

    left: Rows
    right: Rows
    weight: Floats

    def where(self, mask: npt.NDArray[np.bool_] | Rows) -> Edges:
        """Those that `mask` keeps, or that stand at its places."""
        return Edges(left=self.left[mask], right=self.right[mask], weight=self.weight[mask])


def cluster(edges: Edges, *, n_rows: int, least: float) -> Rows:
    """A number for each row, the same for rows of one person.

    Rows come together by pairs of at least `least` bits; within such a group average linkage over all
    pairs (weights between FLOOR and CAP, FLOOR where a pair was not compared) decides who stays.
    """
    component = _components(edges.where(edges.weight >= least), n_rows=n_rows)
    inside = edges.where(component[edges.left] == component[edges.right])
    found = component.copy()
    next_number = int(component.max(initial=-1)) + 1
    for group in _grouped(inside, component=component):
        members, parts = _split(group, least=least)
        if parts.max(initial=0) > 0:
            moved = parts > 0
            found[members[moved]] = next_number + parts[moved]
            next_number += int(parts.max()) + 1
    return found


def _components(edges: Edges, *, n_rows: int) -> Rows:
    graph = coo_array((np.ones(len(edges.left), np.int8), (edges.left, edges.right)), shape=(n_rows, n_rows))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _grouped(edges: Edges, *, component: Rows) -> list[Edges]:
    """The pairs of each component where there is something to decide.

    There is not with two rows, nor where all pairs were compared and each alone would join its two: then
    the mean over any of them joins too.
    """
    of = component[edges.left]
    sizes = np.bincount(component)
    joining = np.bincount(of[edges.weight > CUT], minlength=len(sizes))
    is_whole = joining >= sizes * (sizes - 1) // 2
    many = (sizes[of] > 2) & ~is_whole[of]
    edges, of = edges.where(many), of[many]
    order = np.argsort(of, kind="stable")
    bounds = np.flatnonzero(np.diff(of[order])) + 1
    return [edges.where(part) for part in np.split(order, bounds)] if len(order) else []


def _split(edges: Edges, *, least: float) -> tuple[Rows, Rows]:
    """The rows of one component and the part (0, 1, ...) that each falls into."""
    members = np.unique(np.concatenate([edges.left, edges.right]))
    local = Edges(
        left=np.searchsorted(members, edges.left),
        right=np.searchsorted(members, edges.right),
        weight=edges.weight,
    )
    if len(members) <= _MOST:
        return members, _by_average(local, n=len(members))
    return members, _in_turns(local, n=len(members), least=least + 1)


def _in_turns(edges: Edges, *, n: int, least: float) -> Rows:
    """A component too large to weigh whole falls apart under a higher bound first."""
    return np.unique(cluster(edges, n_rows=n, least=least), return_inverse=True)[1].astype(np.int64)


def _by_average(edges: Edges, *, n: int) -> Rows:
    distance = np.full((n, n), CAP - FLOOR)
    bounded = CAP - np.clip(edges.weight, FLOOR, CAP)
    distance[edges.left, edges.right] = bounded
    distance[edges.right, edges.left] = bounded
    np.fill_diagonal(distance, 0.0)
    from scipy.cluster.hierarchy import fcluster, linkage  # slow to load
    from scipy.spatial.distance import squareform

    tree = linkage(squareform(distance, checks=False), "average")
    return np.asarray(fcluster(tree, CAP - CUT, "distance"), dtype=np.int64) - 1
