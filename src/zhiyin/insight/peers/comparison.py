"""One unit against the others of its kind: read with every unit in sight, told without any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import duckdb
import numpy as np

from zhiyin.insight import dialect
from zhiyin.insight.board import Figure
from zhiyin.insight.peers.quantiles import Among, place_among
from zhiyin.insight.queries.columns import run_columns
from zhiyin.insight.queries.scoreboard import Scoreboard, get_scoreboard
from zhiyin.insight.queries.unit_tree import UnitNode, UnitTree, read_unit_tree
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.means import mean_from_sums
from zhiyin.people.scope import EVERYTHING

PeerMeasure = Literal["rating", "net", "answers", "hours", "waits"]
MIN_N = 10
"""A unit with fewer answers than this is not compared: its figure may be chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerLine:
    """One measure. `among` is None where fewer than five others can be compared, or it says too little."""

    measure: PeerMeasure
    own: Figure
    among: Among | None
    is_good_up: bool

    @property
    def is_own_too_small(self) -> bool:
        """Whether the unit itself rests on too little."""
        return self.own.value is None or self.own.n < MIN_N


def compare_with_peers(
    connection: duckdb.DuckDBPyConnection, *, unit_id: int, filter: VoiceFilter
) -> list[PeerLine]:
    """The measures that anybody has a figure for, the unit's own and its place; empty for the only one.

    The asker must be allowed to see the unit; of the others nothing is in the answer that rests on fewer
    than five. The same period and filters hold for all; closed units are not compared.
    """
    tree = read_unit_tree(scope=EVERYTHING)
    own = next((node for node in tree.nodes if node.id == unit_id), None)
    if own is None:
        return []
    alike = [node for node in tree.nodes if node.kind == own.kind and (node.is_active or node is own)]
    everywhere = replace(filter, unit_ids=None)
    board = get_scoreboard(connection, scope=EVERYTHING, filter=everywhere, tree=tree, rows=alike)
    waits = _waits(connection, filter=everywhere, tree=tree, rows=alike)
    return [
        line
        for measure, estimates, is_good_up in _measures(board, waits=waits)
        if (line := _line(measure, estimates, place=alike.index(own), is_good_up=is_good_up)) is not None
    ]


def _measures(board: Scoreboard, *, waits: Estimates) -> list[tuple[PeerMeasure, Estimates, bool]]:
    found: list[tuple[PeerMeasure, Estimates, bool]] = [
        ("rating", board.rating, True),
        ("net", board.net, True),
    ]
    if board.answers is not None and board.answered is not None:
        hours, nothing = board.answered.median_hours, np.full(len(board.rows), np.nan)
        answered = Estimates(value=hours, low=nothing, high=nothing, n=board.answered.n)
        found += [("answers", board.answers, True), ("hours", answered, False)]
    return [*found, ("waits", waits, False)]


def _line(measure: PeerMeasure, estimates: Estimates, *, place: int, is_good_up: bool) -> PeerLine | None:
    if np.isnan(estimates.value).all():
        return None
    values = np.where(estimates.n >= MIN_N, estimates.value, np.nan)
    others = np.delete(values, place)
    own = estimates[place]
    among = place_among(own, others, is_good_up=is_good_up) if own.n >= MIN_N else None
    return PeerLine(measure=measure, own=Figure.of(own), among=among, is_good_up=is_good_up)


def _waits(
    connection: duckdb.DuckDBPyConnection, *, filter: VoiceFilter, tree: UnitTree, rows: list[UnitNode]
) -> Estimates:
    chosen = select(EVERYTHING, filter=filter)
    waited = dialect.fields_where("signals", field="value", condition="member.kind = 'waited'")
    found = run_columns(
        connection,
        "peers_waits",
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        has_waited=dialect.contains(dialect.field_of("signals", field="kind"), value="'waited'"),
        longest=dialect.highest(waited),
    )
    places = tree.places(np.asarray(found["unit_id"], dtype=np.int64))
    sums: Callable[[str], np.ndarray] = lambda name: tree.sums(rows, places=places, values=found[name])  # noqa: E731
    return mean_from_sums(sums("total"), sums("squares"), sums("n"))
