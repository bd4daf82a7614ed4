"""Where one unit stands among those of its kind that the asker sees."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from zhiyin.errors import NotFound
from zhiyin.insight.queries.scoreboard import ScoreLine, get_scoreboard
from zhiyin.insight.queries.scoreboard_order import sort_rows
from zhiyin.insight.queries.unit_tree import UnitTree
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """The unit's line, and its place (1 is the most content) among `n` of its kind with mentions.

    `place` is None where nobody speaks of it, or no other is there to compare with.
    """

    line: ScoreLine
    place: int | None
    n: int


def get_rank(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, tree: UnitTree, unit_id: int
) -> Rank:
    """By net sentiment, fair to few voices; the same period and filters hold for all units compared.

    Raises:
        NotFound: the unit is not in the tree.
    """
    own = next((node for node in tree.nodes if node.id == unit_id), None)
    if own is None:
        raise NotFound("There is no such org unit.", next_step="See the scoreboard.")
    alike = [node for node in tree.nodes if node.kind == own.kind]
    everywhere = replace(filter, unit_ids=None)
    board = get_scoreboard(connection, scope=scope, filter=everywhere, tree=tree, rows=alike)
    order = [place for place in sort_rows(board, by="net", is_descending=True) if board.mentions.now.n[place]]
    here = alike.index(own)
    has_place = here in order and len(order) > 1
    return Rank(line=board.line(here), place=order.index(here) + 1 if has_place else None, n=len(order))
