"""What is spoken of in a unit, against the other units that the asker sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.board import Figure
from zhiyin.insight.queries.aspect_counts import sum_up
from zhiyin.insight.queries.aspect_list import AspectScore, get_aspect_scores
from zhiyin.insight.queries.aspect_order import sort_scores
from zhiyin.insight.queries.aspects import AspectCounts, get_mentions
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.steps import Steps
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAspect:
    """One aspect here and elsewhere; `apart` is here minus elsewhere, with a verdict."""

    score: AspectScore
    others: Figure
    apart: Change | None


def list_unit_aspects(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    tree: AspectTree,
    steps: Steps,
) -> list[UnitAspect]:
    """The aspects of `filter.unit_ids` by harm, against all other voices of the scope in the same period.

    Verdicts hold for all aspects together. Whoever sees this unit alone gets no comparison.
    """
    here = get_aspect_scores(connection, scope=scope, filter=filter, tree=tree, steps=steps)
    ordered = sort_scores(here, by="harm", is_descending=True)
    everywhere = get_mentions(connection, scope=scope, filter=replace(filter, unit_ids=None)).now
    others = [_subtract(sum_up(score.node, counts=everywhere), score=score) for score in ordered]
    own = _net(ordered)
    elsewhere = net_sentiment(
        [c.n_positive for c in others], [c.n_negative for c in others], [c.n for c in others]
    )
    found = changes(own, elsewhere) if ordered else []
    return [
        UnitAspect(score=score, others=Figure.of(elsewhere[place]), apart=found[place])
        for place, score in enumerate(ordered)
    ]


def _net(scores: Sequence[AspectScore]) -> Estimates:
    return net_sentiment(
        [score.n_positive for score in scores],
        [score.n_negative for score in scores],
        [score.n_mentions for score in scores],
    )


def _subtract(everywhere: AspectCounts, *, score: AspectScore) -> AspectCounts:
    # A voice that arrives between the two questions must not make a count negative.
    n_positive = max(0, everywhere.n_positive - score.n_positive)
    n_negative = max(0, everywhere.n_negative - score.n_negative)
    n = max(n_positive + n_negative, everywhere.n - score.n_mentions)
    return AspectCounts(aspect=everywhere.aspect, n=n, n_positive=n_positive, n_negative=n_negative)
