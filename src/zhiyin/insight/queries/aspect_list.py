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
from zhiyin.insight.queries.aspects import AspectCounts, get_mentions
from zhiyin.insight.queries.columns import run_columns
from zhiyin.insight.queries.overview import STARS_RANGE, get_overview
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.insight.steps import Steps
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import SMALL_N, Estimates, Floats
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
    steps: Steps | None = None,
) -> AspectScores:
    """How people speak of each aspect; aspects that facts hold beyond the tree stand beside it.

    Three passes over `opinions`, one over `feedback`; without `steps` one less. Verdicts on changes hold
    for all aspects together.
    """
    wanted = filter or VoiceFilter()
    mentions = get_mentions(connection, scope=scope, filter=wanted)
    n_voices = get_overview(connection, scope=scope, filter=wanted).voices.n
    whole = tree.with_others({aspect: counts.name for aspect, counts in mentions.now.items()})
    spoken_of = [node for node in whole.nodes.values() if any(one in mentions.now for one in node.members)]
    chosen = select(scope, filter=wanted)
    people = _count_people(connection, chosen=chosen, nodes=spoken_of)
    lines = _draw_lines(connection, chosen=chosen, nodes=spoken_of, steps=steps) if steps else {}
    now = [_sum_up(node, counts=mentions.now) for node in spoken_of]
    before = [_sum_up(node, counts=mentions.before) for node in spoken_of]
    found = changes(_net(now), _net(before)) if mentions.has_before else [None] * len(now)
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


def _sum_up(node: AspectNode, *, counts: Mapping[str, AspectCounts]) -> AspectCounts:
    total = AspectCounts(aspect=node.id, name=node.name)
    for one in (counts[member] for member in node.members if member in counts):
        total.n += one.n
        total.n_positive += one.n_positive
        total.n_negative += one.n_negative
        total.n_rated += one.n_rated
        total.sum_stars += one.sum_stars
        total.sum_squares += one.sum_squares
    return total


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


def _draw_lines(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, nodes: Sequence[AspectNode], steps: Steps
) -> dict[str, list[float | None]]:
    found = run_columns(
        connection,
        "aspect_steps",
        parameters={**chosen.parameters, **steps.parameters},
        kept_opinions=chosen.kept_opinions,
        step=steps.sql,
    )
    step = np.asarray(found["step"], dtype=np.int64)
    is_shown = (step >= 0) & (step < steps.n)
    numbers: dict[str, list[int]] = {}
    for number, node in enumerate(nodes):
        for member in node.members:
            numbers.setdefault(member, []).append(number)
    grids = {name: np.zeros((len(nodes), steps.n)) for name in ("n", "n_positive", "n_negative")}
    for place in np.flatnonzero(is_shown):
        for number in numbers.get(str(found["aspect"][place]), ()):
            for name, grid in grids.items():
                grid[number, step[place]] += found[name][place]
    return {node.id: _line(grids, number=number) for number, node in enumerate(nodes)}


def _line(grids: Mapping[str, Floats], *, number: int) -> list[float | None]:
    net = net_sentiment(grids["n_positive"][number], grids["n_negative"][number], grids["n"][number]).value
    return [None if np.isnan(value) else float(value) for value in net]


_ORDERS = {
    "n": lambda score: score.n_voices,
    "unhappy": lambda score: score.n_unhappy,
    "net": lambda score: score.net_sentiment.value,
    "change": lambda score: score.net_sentiment.change and score.net_sentiment.change.value,
    "stars": lambda score: score.stars.value,
    "harm": lambda score: score.harm,
}


def sort_scores(
    found: AspectScores, *, by: str, is_descending: bool, is_flat: bool = False
) -> list[AspectScore]:
    """The aspects in the order of a figure: `name`, or a key of the table above; unknown figures last.

    Each parent is followed by what stands below it, sorted alike; `is_flat` leaves the parents out.
    """

    def key(score: AspectScore) -> tuple[bool, float, str]:
        value = _ORDERS[by](score) if by in _ORDERS else None
        return value is None, -(value or 0) if is_descending else (value or 0), score.node.name

    ordered = sorted(found.scores, key=key)
    if by == "name":
        ordered = sorted(found.scores, key=lambda score: score.node.name, reverse=is_descending)
    if is_flat:
        return [score for score in ordered if not score.node.is_parent]
    ids = {score.node.id for score in ordered}
    below: dict[str | None, list[AspectScore]] = {}
    for score in ordered:
        below.setdefault(score.node.parent if score.node.parent in ids else None, []).append(score)
    return _walk(below, parent=None)


def _walk(below: Mapping[str | None, list[AspectScore]], *, parent: str | None) -> list[AspectScore]:
    return [one for score in below.get(parent, ()) for one in (score, *_walk(below, parent=score.node.id))]
