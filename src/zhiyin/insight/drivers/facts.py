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
    """The whole answer; `aspects` come heaviest first, `problem` says why there are none."""

    outcome: Outcome
    n: int
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

    groups: Groups
    praised: NDArray[np.bool_]
    blamed: NDArray[np.bool_]
    outcome: Floats
    counts: Floats

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    @property
    def n_people(self) -> float:
        return float(self.counts.sum())


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

    A voice that does both counts 0. Two statements; the rest is counted in memory, on groups of like voices.
    """
    groups = find_groups(connection, scope=scope, filter=filter, tree=tree, level=level)
    voices = _frequent(_read(connection, scope=scope, filter=filter, groups=groups, outcome=outcome))
    people, values = voices.counts, voices.outcome
    figure = mean_from_sums(
        [people @ values], [people @ values**2], [people.sum()], bounds=_BOUNDS[outcome]
    ).one()
    whole = RatingWhy(outcome=outcome, n=voices.n, figure=figure, groups=voices.groups)
    try:
        result, contrasts = _explain(voices)
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
        groups=groups,
        praised=groups.unpack(found["praised"].astype(np.int64)),
        blamed=groups.unpack(found["blamed"].astype(np.int64)),
        outcome=found["outcome"].astype(np.float64),
        counts=found["n"].astype(np.float64),
    )


def _frequent(voices: _Voices) -> _Voices:
    """Without the aspects of which fewer than 30 of these very voices speak."""
    is_kept = voices.counts @ (voices.praised | voices.blamed) >= SMALL_N
    nodes = tuple(node for node, kept in zip(voices.groups.nodes, is_kept, strict=True) if kept)
    n_rare = voices.groups.n_rare + len(voices.groups.nodes) - len(nodes)
    return replace(
        voices,
        groups=Groups(nodes=nodes, n_rare=n_rare),
        praised=voices.praised[:, is_kept],
        blamed=voices.blamed[:, is_kept],
    )


def _explain(voices: _Voices) -> tuple[Drivers, Contrasts]:
    ids = [node.id for node in voices.groups.nodes]
    sides = voices.praised.astype(np.float64) - voices.blamed
    result = drivers(sides, voices.outcome, names=ids, counts=voices.counts, n_resamples=_N_RESAMPLES)
    contrasts = penalty_reward(
        voices.praised & ~voices.blamed,
        voices.blamed & ~voices.praised,
        voices.outcome,
        names=ids,
        counts=voices.counts,
    )
    return result, contrasts


def _aspects(voices: _Voices, *, result: Drivers, contrasts: Contrasts) -> tuple[AspectWhy, ...]:
    places = {node.id: place for place, node in enumerate(voices.groups.nodes)}
    blame, praise = _impacts(voices, voices.blamed), _impacts(voices, voices.praised)
    n_good, n_bad = voices.counts @ voices.praised, voices.counts @ voices.blamed
    n_spoken = voices.counts @ (voices.praised | voices.blamed)
    net = net_sentiment(n_good, n_bad, n_good + n_bad, n_voices=n_spoken)
    praised_share, spoken_share = proportion(n_good, n_good + n_bad), proportion(n_spoken, voices.n_people)
    return tuple(
        AspectWhy(
            node=voices.groups.nodes[place],
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


def _impacts(voices: _Voices, speaks: NDArray[np.bool_]) -> Estimates:
    people, values = voices.counts, voices.outcome
    return impact(
        people @ speaks,
        (people * values) @ speaks,
        (people * values**2) @ speaks,
        n=voices.n_people,
        total=float(people @ values),
        squares=float(people @ values**2),
    )
