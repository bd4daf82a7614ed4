"""Counts the problems of a selection: blame of each aspect, and whom it touches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.drivers.aspect_groups import MASKS, MOST_GROUPS, Groups, nodes_at
from zhiyin.insight.drivers.facts import OUTCOME_SQL, Outcome
from zhiyin.insight.priority.problems import FEWEST, Tally
from zhiyin.insight.queries.columns import Columns, run_columns
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.estimate import Floats
from zhiyin.people.scope import Scope

FIGURES = (
    "count(*) AS n, count(outcome) AS n_rated, coalesce(sum(outcome), 0) AS total,"
    " coalesce(sum(square), 0) AS squares, CAST(coalesce(sum(is_urgent), 0) AS BIGINT) AS n_urgent,"
    " CAST(coalesce(sum(is_public), 0) AS BIGINT) AS n_public"
)
_NAMES = ("n", "n_rated", "total", "squares", "n_urgent", "n_public")
_IS_PUBLIC = f"channel IN ({dialect.members('$public_channels', kind='VARCHAR')})"


class _MentionRow(msgspec.Struct, frozen=True, kw_only=True):
    aspect: str
    aspect_name: str | None
    n: int


class _TallyRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int
    n_rated: int
    total: float
    squares: float
    n_urgent: int
    n_public: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Tallies by value (rows) and aspect (columns): `voices` with the value, `blame` of those who blame.

    The last axis of `blame` is n, rated, total, squares, urgent, public.
    """

    values: list[str]
    voices: Floats
    blame: Floats

    def tally(self, value: int, group: int) -> Tally:
        """Those with the value that blame the aspect."""
        return _tally(self.blame[value, group])


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """All that was counted: `whole` has one value, the empty text."""

    groups: Groups
    everybody: Tally
    whole: Side
    units: Side
    products: Side
    causes: Side


def count_blame(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    tree: AspectTree,
    level: int,
    outcome: Outcome,
    public_channels: Collection[str],
) -> Blame:
    """Who blames what, by unit, product and cause. Two statements; memory grows with distinct blame alone."""
    groups = _find_groups(connection, scope=scope, filter=filter, tree=tree, level=level)
    chosen = select(scope, filter=filter)
    found = run_columns(
        connection,
        "priority_voices",
        parameters={**chosen.parameters, **groups.parameters, "public_channels": sorted(public_channels)},
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
        masks=MASKS,
        outcome=OUTCOME_SQL[outcome],
        is_public=_IS_PUBLIC,
        figures=FIGURES,
    )
    whole, units, products, causes = (
        _side(found, kind=kind, n_groups=len(groups.nodes)) for kind in ("all", "unit", "product", "cause")
    )
    is_all = found["kind"] == "all"
    sums = [found[name][is_all].astype(np.float64).sum() for name in _NAMES]
    return Blame(
        groups=groups,
        everybody=_tally(np.asarray(sums)),
        whole=whole,
        units=units,
        products=products,
        causes=causes,
    )


def tally_topic(
    connection: duckdb.DuckDBPyConnection,
    phrase: str,
    *,
    scope: Scope,
    filter: VoiceFilter,
    outcome: Outcome,
    public_channels: Collection[str],
) -> Tally:
    """The unhappy voices that hold the words."""
    wanted = replace(filter, text=f'"{phrase}"', sentiments=frozenset({"negative"}))
    chosen = select(scope, filter=wanted)
    (row,) = run(
        connection,
        "priority_topic",
        row=_TallyRow,
        parameters={**chosen.parameters, "public_channels": sorted(public_channels)},
        kept_voices=chosen.kept_voices,
        outcome=OUTCOME_SQL[outcome],
        is_public=_IS_PUBLIC,
        figures=FIGURES,
    )
    return _tally(np.asarray([getattr(row, name) for name in _NAMES], np.float64))


def _find_groups(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, tree: AspectTree, level: int
) -> Groups:
    """The aspects at that level that are blamed often enough, the most blamed first."""
    chosen = select(scope, filter=filter)
    rows = run(
        connection,
        "priority_mentions",
        row=_MentionRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
    )
    whole = tree.with_others({row.aspect: row.aspect_name or row.aspect for row in rows})
    counts = {row.aspect: row.n for row in rows}
    n_of = {node.id: sum(counts.get(member, 0) for member in node.members) for node in nodes_at(whole, level)}
    known = sorted(
        (whole.nodes[node] for node, n in n_of.items() if n), key=lambda node: (-n_of[node.id], node.id)
    )
    kept = [node for node in known if n_of[node.id] >= FEWEST][:MOST_GROUPS]
    return Groups(nodes=tuple(kept), n_rare=len(known) - len(kept))


def _side(found: Columns, *, kind: str, n_groups: int) -> Side:
    is_kind = found["kind"] == kind
    values, place = np.unique(found["value"][is_kind].astype(str), return_inverse=True)
    masks = found["blamed"][is_kind].astype(np.int64)
    figures = [found[name][is_kind].astype(np.float64) for name in _NAMES]
    blame = np.zeros((len(values), n_groups, len(_NAMES)))
    # Group by group: a matrix of all rows and groups would grow with the number of voices.
    for group in range(n_groups):
        speaks = (masks >> group & 1).astype(bool)
        for at, figure in enumerate(figures):
            blame[:, group, at] = _by_value(place[speaks], figure[speaks], n=len(values))
    return Side(values=values.tolist(), voices=_by_value(place, figures[0], n=len(values)), blame=blame)


def _by_value(place: NDArray[np.intp], figure: Floats, *, n: int) -> Floats:
    return np.bincount(place, weights=figure, minlength=n).astype(np.float64)


def _tally(figures: Floats | Sequence[float]) -> Tally:
    n, n_rated, total, squares, n_urgent, n_public = (float(figure) for figure in figures)
    return Tally(
        n=int(n),
        n_rated=int(n_rated),
        total=total,
        squares=squares,
        n_urgent=int(n_urgent),
        n_public=int(n_public),
    )
