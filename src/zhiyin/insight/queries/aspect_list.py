"""All aspects of the tree: who speaks of them, how well, since when. Parents sum up what stands below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import msgspec
import numpy as np

from zhiyin.insight import dialect
from zhiyin.insight.aspect_tree import AspectNode, AspectTree
from zhiyin.insight.board import Figure
from zhiyin.insight.queries.aspect_counts import StepCounts, count_by_steps, sum_up
from zhiyin.insight.queries.aspects import AspectCounts
from zhiyin.insight.queries.overview import STARS_RANGE
from zhiyin.insight.queries.rows import count_rows
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.insight.steps import Steps
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import SMALL_N, Estimates
from zhiyin.measure.harm import harm
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope


class _PeopleRow(msgspec.Struct, frozen=True, kw_only=True):
    node: int
    n_voices: int
    n_unhappy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectScore:
    """One aspect with all below it. `n_voices` speak of it, `n_unhappy` of them badly.

    `share`: those unhappy, of all voices (0 to 1); `stars`: their mean rating; `harm` in voices at the
    worst rating. `line`: net sentiment over the steps, None where nobody spoke.
    """

    node: AspectNode
    n_voices: int
    n_unhappy: int
    share: Figure
    n_mentions: int
    n_positive: int
    n_negative: int
    net_sentiment: Figure
    stars: Figure
    harm: float
    line: Sequence[float | None]

    @property
    def is_small(self) -> bool:
        """Whether it rests on too few voices to say much."""
        return self.n_voices < SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectScores:
    """Every aspect that somebody speaks of, in the order of the tree; `n_voices` are all voices."""

    scores: Sequence[AspectScore]
    n_voices: int
    tree: AspectTree


def get_aspect_scores(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    tree: AspectTree,
    steps: Steps,
) -> AspectScores:
    """How people speak of each aspect; aspects that facts hold beyond the tree stand beside it.

    Two passes over `opinions`, one over `feedback`. Verdicts on changes hold for all aspects together.
    """
    wanted = filter or VoiceFilter()
    counted = count_by_steps(connection, scope=scope, filter=wanted, steps=steps)
    n_voices = count_rows(connection, scope=scope, filter=wanted)
    whole = tree.with_others({aspect: counts.name for aspect, counts in counted.now.items()})
    spoken_of = [node for node in whole.nodes.values() if any(one in counted.now for one in node.members)]
    people = _count_people(connection, chosen=select(scope, filter=wanted), nodes=spoken_of)
    now = [sum_up(node, counts=counted.now) for node in spoken_of]
    before = [sum_up(node, counts=counted.before) for node in spoken_of]
    found = changes(_net(now), _net(before)) if wanted.before_since is not None else [None] * len(now)
    lines = {node.id: _line(node, counted=counted) for node in spoken_of}
    scores = _scores(spoken_of, counts=now, found=found, people=people, n_voices=n_voices, lines=lines)
    return AspectScores(scores=scores, n_voices=n_voices, tree=whole)


def _scores(
    nodes: Sequence[AspectNode],
    *,
    counts: Sequence[AspectCounts],
    found: Sequence[Change | None],
    people: Sequence[tuple[int, int]],
    n_voices: int,
    lines: Mapping[str, Sequence[float | None]],
) -> list[AspectScore]:
    unhappy = [n_unhappy for _, n_unhappy in people]
    stars = mean_from_sums(
        [c.sum_stars for c in counts],
        [c.sum_squares for c in counts],
        [c.n_rated for c in counts],
        bounds=STARS_RANGE,
    )
    harms = harm(unhappy, mean_stars=stars.value, n_rated=[c.n_rated for c in counts])
    # A voice may be stored a moment after its opinions: never more people than voices.
    shares = proportion(np.minimum(unhappy, n_voices), n_voices) if nodes else None
    nets = _net(counts)
    return [
        AspectScore(
            node=node,
            n_voices=people[place][0],
            n_unhappy=unhappy[place],
            share=Figure.of(shares[place]) if shares else Figure(value=None, low=None, high=None, n=0),
            n_mentions=counts[place].n,
            n_positive=counts[place].n_positive,
            n_negative=counts[place].n_negative,
            net_sentiment=Figure.of(nets[place], change=found[place]),
            stars=Figure.of(stars[place]),
            harm=float(harms[place]),
            line=lines.get(node.id, ()),
        )
        for place, node in enumerate(nodes)
    ]


def _net(counts: Sequence[AspectCounts]) -> Estimates:
    return net_sentiment(
        [c.n_positive for c in counts], [c.n_negative for c in counts], [c.n for c in counts]
    )


def _count_people(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, nodes: Sequence[AspectNode]
) -> list[tuple[int, int]]:
    """For each node the voices that speak of it, each once however many of its aspects it names."""
    pairs = [(member, place) for place, node in enumerate(nodes) for member in node.members]
    if not pairs:
        return []
    rows = run(
        connection,
        "aspect_people",
        row=_PeopleRow,
        parameters={
            **chosen.parameters,
            "node_aspects": [aspect for aspect, _ in pairs],
            "node_places": [place for _, place in pairs],
        },
        kept_opinions=chosen.kept_opinions,
        voice=dialect.hash64("feedback_id"),
        nodes=dialect.together(aspect="$node_aspects:VARCHAR", node="$node_places:INTEGER"),
    )
    found = {row.node: (row.n_voices, row.n_unhappy) for row in rows}
    return [found.get(place, (0, 0)) for place in range(len(nodes))]


def _line(node: AspectNode, *, counted: StepCounts) -> list[float | None]:
    """Net sentiment of a node over the steps."""
    members = [counted.steps[member] for member in node.members if member in counted.steps]
    n, n_positive, n_negative = (sum(one[row] for one in members) for row in range(3))
    if not members:
        return []
    net = net_sentiment(n_positive, n_negative, n).value
    return [None if np.isnan(value) else float(value) for value in net]
