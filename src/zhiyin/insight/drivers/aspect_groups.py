"""Aspects put together at one level of the tree, as bits: one number says what a voice speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.aspect_tree import AspectNode, AspectTree
from zhiyin.insight.selection import Parameter, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.estimate import SMALL_N
from zhiyin.people.scope import Scope

MOST_GROUPS = 40
"""More aspects than these are not compared: beyond the most spoken of, each rests on next to nothing."""


class _MentionRow(msgspec.Struct, frozen=True, kw_only=True):
    aspect: str
    aspect_name: str | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The aspects of one level that enough voices speak of; `n_rare` others are too rare to compare."""

    nodes: tuple[AspectNode, ...]
    n_rare: int

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of `MASKS`."""
        pairs = [(member, 1 << bit) for bit, node in enumerate(self.nodes) for member in node.members]
        return {"masked": [member for member, _ in pairs], "masks": [mask for _, mask in pairs]}

    def unpack(self, masks: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which groups (columns) each number (rows) holds."""
        bits = np.arange(len(self.nodes), dtype=np.int64)
        return (masks[:, None] >> bits & 1).astype(bool)


MASKS = dialect.together(masked="$masked:VARCHAR", mask="$masks:BIGINT")
"""SQL of the rows (aspect, bit) of the groups."""


def list_levels(tree: AspectTree) -> list[int]:
    """The levels of the tree, from 1."""
    return sorted({node.level for node in tree.nodes.values()})


def nodes_at(tree: AspectTree, level: int) -> list[AspectNode]:
    """The aspects of that level, and those above it that have nothing below them."""
    return [
        node
        for node in tree.nodes.values()
        if node.level == level or (node.level < level and not node.is_parent)
    ]


def find_groups(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, tree: AspectTree, level: int
) -> Groups:
    """The aspects at that level with at least 30 mentions by rated voices, the most spoken of first."""
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "driver_mentions",
        row=_MentionRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
    )
    whole = tree.with_others({row.aspect: row.aspect_name or row.aspect for row in rows})
    counts = {row.aspect: row.n for row in rows}
    nodes = nodes_at(whole, level)
    n_of = {node.id: sum(counts.get(member, 0) for member in node.members) for node in nodes}
    known = sorted((node for node in nodes if n_of[node.id]), key=lambda node: (-n_of[node.id], node.id))
    kept = _frequent(known, [n_of[node.id] for node in known])
    return Groups(nodes=tuple(kept), n_rare=len(known) - len(kept))


def _frequent(nodes: Sequence[AspectNode], counts: Sequence[int]) -> list[AspectNode]:
    return [node for node, n in zip(nodes, counts, strict=True) if n >= SMALL_N][:MOST_GROUPS]
