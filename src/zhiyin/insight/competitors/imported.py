"""Imported voices of competitors' own customers, aspect by aspect against ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.board import Figure
from zhiyin.insight.competitors.units import competitor_unit_ids
from zhiyin.insight.queries.aspects import AspectCounts, get_mentions
from zhiyin.insight.selection import VoiceFilter
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.people.scope import Scope

_LEAST = 10
_MOST_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """One aspect: our net sentiment, theirs, and ours minus theirs (`rise`: we are really better)."""

    aspect: str
    name: str
    ours: Figure
    theirs: Figure
    difference: Change


def list_against(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    tree: AspectTree,
    unit_ids: frozenset[int] | None = None,
) -> list[Against]:
    """Aspects with at least 10 mentions on both sides, the most spoken of first; `unit_ids`: of one of them.

    Verdicts hold for all aspects together (5 % false discoveries). Two passes over the opinions.
    """
    units = competitor_unit_ids() if unit_ids is None else unit_ids & competitor_unit_ids()
    if not units:
        return []
    ours = get_mentions(connection, scope=scope, filter=filter).now
    theirs = get_mentions(connection, scope=scope, filter=replace(filter, unit_ids=units)).now
    shared = [
        aspect for aspect in ours if aspect in theirs and min(ours[aspect].n, theirs[aspect].n) >= _LEAST
    ]
    shared = sorted(shared, key=lambda aspect: -min(ours[aspect].n, theirs[aspect].n))[:_MOST_LINES]
    if not shared:
        return []
    own, other = _net(ours, shared), _net(theirs, shared)
    return [
        Against(
            aspect=aspect,
            name=node.name if (node := tree.find(aspect)) else ours[aspect].name,
            ours=Figure.of(own[place]),
            theirs=Figure.of(other[place]),
            difference=difference,
        )
        for place, (aspect, difference) in enumerate(zip(shared, changes(own, other), strict=True))
    ]


def _net(counts: Mapping[str, AspectCounts], aspects: list[str]) -> Estimates:
    found = [counts[aspect] for aspect in aspects]
    return net_sentiment(
        [one.n_positive for one in found], [one.n_negative for one in found], [one.n for one in found]
    )
