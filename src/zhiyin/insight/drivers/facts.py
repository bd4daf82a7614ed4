"""What moves the rating: drivers, praise and blame, importance and performance of aspects, from facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import duckdb
import numpy as np
from numpy.typing import NDArray

from zhiyin.errors import InvalidInput
from zhiyin.insight.aspect_tree import AspectNode, AspectTree
from zhiyin.insight.drivers.aspect_groups import MASKS, Groups, find_groups
from zhiyin.insight.queries.columns import run_columns
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.measure.drivers import Driver, Drivers, drivers
from zhiyin.measure.estimate import SMALL_N, Estimate, Estimates, Floats
from zhiyin.measure.impact import impact
from zhiyin.measure.importance_performance import Cross, Map, importance_performance
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.penalty_reward import Contrast, Contrasts, penalty_reward
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

_N_RESAMPLES = 500
MOST_DRAWN = 50_000
"""Weights and contrasts are found from at most so many voices, drawn at random, so that memory is bounded."""
_SEED = 20_260_101


class Outcome(StrEnum):
    """What is explained: the rating in stars, or the will to recommend in points of NPS."""

    STARS = "stars"
    NPS = "nps"


# A voice counts as 100, 0 or −100 points of NPS, so that the mean is the score.
OUTCOME_SQL: Mapping[Outcome, str] = {
    Outcome.STARS: "stars",
    Outcome.NPS: (
        "CASE WHEN rating_scale = 10 AND rating IS NOT NULL THEN"
        " CASE WHEN rating >= 9 THEN 100 WHEN rating <= 6 THEN -100 ELSE 0 END END"
    ),
}
_BOUNDS = {Outcome.STARS: (1.0, 5.0), Outcome.NPS: (-100.0, 100.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectWhy:
    """One aspect. `blame_impact`: by how many points those who blame it lower the figure of all.

    `net` is its net sentiment over voices, `praised_share` (0 to 1) the part of those that speak of it
    who praise it, `spoken_share` the part of all rated voices that speak of it.
    """

    node: AspectNode
    driver: Driver
    contrast: Contrast
    blame_impact: Estimate
    praise_impact: Estimate
    net: Estimate
    praised_share: Estimate
    spoken_share: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingWhy:
    """The whole answer; `aspects` come heaviest first, `problem` says why there are none.

    `n_drawn` of the `n` voices weights and contrasts were found from; all counts and impacts are of all.
    """

    outcome: Outcome
    n: int
    n_drawn: int
    figure: Estimate
    groups: Groups
    aspects: tuple[AspectWhy, ...] = ()
    result: Drivers | None = None
    base: Estimate | None = None
    problem: InvalidInput | None = None

    def map(self, *, is_stated: bool = False, is_top_box: bool = False, cross: Cross = Cross.MEAN) -> Map:
        """Importance (derived, or how often spoken of) against performance (net, or share of praise)."""
        return importance_performance(
            np.array(
                [(one.spoken_share if is_stated else one.driver.share).value for one in self.aspects],
                dtype=np.float64,
            ),
            np.array(
                [(one.praised_share if is_top_box else one.net).value for one in self.aspects],
                dtype=np.float64,
            ),
            names=[one.node.id for one in self.aspects],
            cross=cross,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voices:
    """Rated voices with the same outcome, praise and blame are one row that counts `counts` times."""

    nodes: tuple[AspectNode, ...]
    bits: tuple[int, ...]
    n_rare: int
    praised: NDArray[np.int64]
    blamed: NDArray[np.int64]
    outcome: Floats
    counts: Floats

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    @property
    def n_people(self) -> float:
        return float(self.counts.sum())

    def matrix(self, masks: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which aspects (columns) each row holds: only of what was drawn, for it grows with the rows."""
        return (masks[:, None] >> np.asarray(self.bits, np.int64) & 1).astype(bool)

    def sums(self, masks: NDArray[np.int64], values: Floats) -> Floats:
        """For each aspect the sum of the values of the rows that hold it, one aspect after the other."""
        # No product of matrices: its threads wait for each other where the machine is busy.
        return np.array([values[(masks & (1 << bit)) != 0].sum() for bit in self.bits], np.float64)


def explain_rating(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    tree: AspectTree,
    level: int,
    outcome: Outcome = Outcome.STARS,
) -> RatingWhy:
    """What moves the rating of the voices: an aspect counts 1 where a voice praises it, −1 where it blames.

    A voice that does both counts 0. Two statements; the rest is counted in memory, on groups of like voices:
    some 40 bytes a group, and a matrix of at most `MOST_DRAWN` of them.
    """
    groups = find_groups(connection, scope=scope, filter=filter, tree=tree, level=level)
    everybody = _read(connection, scope=scope, filter=filter, groups=groups, outcome=outcome)
    drawn = _frequent(_draw(everybody))
    voices = replace(everybody, nodes=drawn.nodes, bits=drawn.bits, n_rare=drawn.n_rare)
    people, values = voices.counts, voices.outcome
    figure = mean_from_sums(
        [people @ values], [people @ values**2], [people.sum()], bounds=_BOUNDS[outcome]
    ).one()
    whole = RatingWhy(
        outcome=outcome,
        n=voices.n,
        n_drawn=drawn.n,
        figure=figure,
        groups=Groups(nodes=voices.nodes, n_rare=voices.n_rare),
    )
    try:
        result, contrasts = _explain(drawn)
    except InvalidInput as problem:
        return replace(whole, problem=problem)
    return replace(
        whole,
        result=result,
        base=contrasts.base,
        aspects=_aspects(voices, result=result, contrasts=contrasts),
    )


def _read(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    groups: Groups,
    outcome: Outcome,
) -> _Voices:
    chosen = select(scope, filter=filter)
    found = run_columns(
        connection,
        "driver_voices",
        parameters={**chosen.parameters, **groups.parameters},
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
        masks=MASKS,
        outcome=OUTCOME_SQL[outcome],
    )
    return _Voices(
        nodes=groups.nodes,
        bits=tuple(range(len(groups.nodes))),
        n_rare=groups.n_rare,
        praised=found["praised"].astype(np.int64),
        blamed=found["blamed"].astype(np.int64),
        outcome=found["outcome"].astype(np.float64),
        counts=found["n"].astype(np.float64),
    )


def _draw(voices: _Voices) -> _Voices:
    """About `MOST_DRAWN` of the voices where there are more, each with the same chance; always the same."""
    if voices.n <= MOST_DRAWN:
        return voices
    random = np.random.default_rng(_SEED)
    counts = random.binomial(voices.counts.astype(np.int64), MOST_DRAWN / voices.n)
    is_drawn = counts > 0
    return replace(
        voices,
        praised=voices.praised[is_drawn],
        blamed=voices.blamed[is_drawn],
        outcome=voices.outcome[is_drawn],
        counts=counts[is_drawn].astype(np.float64),
    )


def _frequent(voices: _Voices) -> _Voices:
    """Without the aspects of which fewer than 30 of these very voices speak."""
    n_spoken = voices.sums(voices.praised | voices.blamed, voices.counts)
    kept = [place for place, n in enumerate(n_spoken) if n >= SMALL_N]
    return replace(
        voices,
        nodes=tuple(voices.nodes[place] for place in kept),
        bits=tuple(voices.bits[place] for place in kept),
        n_rare=voices.n_rare + len(voices.nodes) - len(kept),
    )


def _explain(drawn: _Voices) -> tuple[Drivers, Contrasts]:
    ids = [node.id for node in drawn.nodes]
    praised, blamed = drawn.matrix(drawn.praised), drawn.matrix(drawn.blamed)
    sides = praised.astype(np.float64) - blamed
    result = drivers(sides, drawn.outcome, names=ids, counts=drawn.counts, n_resamples=_N_RESAMPLES)
    contrasts = penalty_reward(
        praised & ~blamed, blamed & ~praised, drawn.outcome, names=ids, counts=drawn.counts
    )
    return result, contrasts


def _aspects(voices: _Voices, *, result: Drivers, contrasts: Contrasts) -> tuple[AspectWhy, ...]:
    places = {node.id: place for place, node in enumerate(voices.nodes)}
    blame, praise = _impacts(voices, voices.blamed), _impacts(voices, voices.praised)
    n_good, n_bad = (voices.sums(masks, voices.counts) for masks in (voices.praised, voices.blamed))
    n_spoken = voices.sums(voices.praised | voices.blamed, voices.counts)
    net = net_sentiment(n_good, n_bad, n_good + n_bad, n_voices=n_spoken)
    praised_share, spoken_share = proportion(n_good, n_good + n_bad), proportion(n_spoken, voices.n_people)
    return tuple(
        AspectWhy(
            node=voices.nodes[place],
            driver=driver,
            contrast=contrasts.contrasts[place],
            blame_impact=blame[place],
            praise_impact=praise[place],
            net=net[place],
            praised_share=praised_share[place],
            spoken_share=spoken_share[place],
        )
        for driver in result.ranked()
        for place in [places[driver.name]]
    )


def _impacts(voices: _Voices, masks: NDArray[np.int64]) -> Estimates:
    people, values = voices.counts, voices.outcome
    return impact(
        voices.sums(masks, people),
        voices.sums(masks, people * values),
        voices.sums(masks, people * values**2),
        n=voices.n_people,
        total=float(people @ values),
        squares=float(people @ values**2),
    )
