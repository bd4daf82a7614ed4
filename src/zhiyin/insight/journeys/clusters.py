"""Personas found in voices: customers with like needs and subjects, named by what is typical of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.drivers.needs import NEEDS
from zhiyin.insight.journeys.document import Traits
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

MOST_VOICES = 100_000
"""So many of the newest voices are looked at."""
LEAST_CUSTOMERS = 60
_COUNTS = range(2, 7)
_SEED = 20240501
_SAMPLE = 1_500
_N_TYPICAL = 3
_LEAST_LIFT, _LEAST_SHARE = 1.3, 0.2
Floats = NDArray[np.float64]
Kind = Literal["need_unmet", "need_met", "aspect"]


class _TraitRow(msgspec.Struct, frozen=True, kw_only=True):
    author_key: str
    kind: Literal["need", "aspect"]
    name: str
    is_good: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """A trait that is frequent in the group: `share` of its customers, `lift` times that of the others."""

    kind: Kind
    name: str
    share: float
    lift: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers who are alike. `traits` is the rule that the most typical traits make."""

    n_customers: int
    share: float
    typical: tuple[Typical, ...]
    traits: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The groups, the largest first; none where too few customers can be told apart.

    `silhouette` (−1 to 1) says how clearly they part: under 0.25 they are shades rather than kinds.
    """

    groups: tuple[Group, ...]
    n_customers: int
    silhouette: float | None


def find_groups(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, tree: AspectTree
) -> Groups:
    """Groups of the customers of the newest voices; the same facts give the same groups.

    A customer is a row of what they show: needs met or missed, large subjects; rare traits weigh more (log of
    the inverse share), every row has length 1. k-means (k-means++ start, fixed seed) for 2 to 6 groups; the
    number with the best mean silhouette on a sample of 1,500 is kept.
    Source: D. Arthur, S. Vassilvitskii (2007), k-means++, SODA; P. J. Rousseeuw (1987), Silhouettes,
    J. Comput. Appl. Math. 20:53–65, doi:10.1016/0377-0427(87)90125-7.
    """
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "journey_authors",
        row=_TraitRow,
        parameters={**chosen.parameters, "most_voices": MOST_VOICES},
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
        each_need=dialect.each("needs"),
        has_needs=dialect.has_members("needs"),
    )
    has, columns = _matrix(rows, tree=tree)
    if len(has) < LEAST_CUSTOMERS or len(columns) < 2:
        return Groups(groups=(), n_customers=len(has), silhouette=None)
    labels, silhouette = _part(_scaled(has))
    if silhouette < 0:
        return Groups(groups=(), n_customers=len(has), silhouette=None)
    found = [_group(labels == label, has=has, columns=columns) for label in np.unique(labels)]
    found.sort(key=lambda one: -one.n_customers)
    return Groups(groups=tuple(found), n_customers=len(has), silhouette=silhouette)


def _matrix(
    rows: Sequence[_TraitRow], *, tree: AspectTree
) -> tuple[NDArray[np.bool_], list[tuple[Kind, str]]]:
    """Which customer (row) shows which trait (column)."""
    people: dict[str, int] = {}
    columns: dict[tuple[Kind, str], int] = {}
    cells: set[tuple[int, int]] = set()
    for row in rows:
        trait = _trait(row, tree=tree)
        if trait is not None:
            person = people.setdefault(row.author_key, len(people))
            cells.add((person, columns.setdefault(trait, len(columns))))
    has = np.zeros((len(people), len(columns)), dtype=bool)
    if cells:
        places = np.asarray(sorted(cells))
        has[places[:, 0], places[:, 1]] = True
    return has, list(columns)


def _trait(row: _TraitRow, *, tree: AspectTree) -> tuple[Kind, str] | None:
    if row.kind == "need":
        if row.name not in NEEDS:
            return None
        return ("need_met" if row.is_good else "need_unmet", row.name)
    node = tree.find(row.name)
    if node is None:
        return None
    above = tree.steps_down(node)
    return ("aspect", above[0].id if above else node.id)


def _scaled(has: NDArray[np.bool_]) -> Floats:
    """Rows of length 1, columns weighed by how rare they are, so that what all say parts nobody."""
    rarity = np.log((1 + len(has)) / (1 + has.sum(axis=0))) + 1e-9
    weighed = has * rarity
    length = np.linalg.norm(weighed, axis=1, keepdims=True)
    scaled: Floats = np.divide(weighed, length, out=np.zeros_like(weighed), where=length > 0)
    return scaled


def _part(points: Floats) -> tuple[NDArray[np.intp], float]:
    """The best of the partings, and its silhouette."""
    dice = np.random.default_rng(_SEED)
    sample = dice.permutation(len(points))[:_SAMPLE]
    best: tuple[NDArray[np.intp], float] | None = None
    n_distinct = len(np.unique(points, axis=0))
    for n in _COUNTS:
        if n > n_distinct:
            break
        from scipy.cluster.vq import kmeans2  # slow to load

        _centres, labels = kmeans2(
            points, n, minit="++", rng=np.random.default_rng(_SEED + n), missing="warn"
        )
        quality = _silhouette(points[sample], labels[sample])
        if best is None or quality > best[1]:
            best = (labels.astype(np.intp), quality)
    return best or (np.zeros(len(points), dtype=np.intp), -1.0)


def _silhouette(points: Floats, labels: NDArray[np.integer]) -> float:
    """Mean of (b − a) / max(a, b): a the mean distance to the own group, b that to the nearest other."""
    found, counts = np.unique(labels, return_counts=True)
    if len(found) < 2:
        return -1.0
    apart = np.sqrt(np.maximum(0.0, 2 - 2 * points @ points.T))
    sums = np.stack([apart[:, labels == label].sum(axis=1) for label in found], axis=1)
    own = np.searchsorted(found, labels)
    row = np.arange(len(points))
    size = counts[own]
    inside = np.divide(sums[row, own], size - 1, out=np.zeros(len(points)), where=size > 1)
    means = sums / counts
    means[row, own] = np.inf
    outside = means.min(axis=1)
    scale = np.maximum(np.maximum(inside, outside), 1e-12)
    return float(np.where(size > 1, (outside - inside) / scale, 0.0).mean())


def _group(is_in: NDArray[np.bool_], *, has: NDArray[np.bool_], columns: Sequence[tuple[Kind, str]]) -> Group:
    inside, others = has[is_in].mean(axis=0), has[~is_in].mean(axis=0)
    # Half a customer more on the other side: a trait that nobody else has is no endless lift.
    lifts = inside / np.maximum(others, 0.5 / max(1, int((~is_in).sum())))
    typical = [
        Typical(kind=kind, name=name, share=float(share), lift=float(lift))
        for (kind, name), share, lift in zip(columns, inside, lifts, strict=True)
        if share >= _LEAST_SHARE and lift >= _LEAST_LIFT
    ]
    typical.sort(key=lambda one: -one.share * np.log(one.lift))
    kept = tuple(typical[:_N_TYPICAL])
    return Group(n_customers=int(is_in.sum()), share=float(is_in.mean()), typical=kept, traits=_traits(kept))


def _traits(typical: Sequence[Typical]) -> Traits:
    """The rule: the kind of trait that is most typical, with all its typical values; lists hold together."""
    if not typical:
        return Traits()
    kind = typical[0].kind
    names = tuple(one.name for one in typical if one.kind == kind)
    match kind:
        case "need_unmet":
            return Traits(needs_unmet=names)
        case "need_met":
            return Traits(needs_met=names)
        case _:
            return Traits(aspects=names)
