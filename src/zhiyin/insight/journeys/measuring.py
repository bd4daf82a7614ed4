"""The measured map: how customers feel at each touchpoint, where it hurts, and how far from the design."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import duckdb
import numpy as np

from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.drivers.needs import NeedMet
from zhiyin.insight.journeys.counting import TouchpointCounts, count_touchpoint, count_voices, needs_at
from zhiyin.insight.journeys.document import JourneyDocument, Stage, Touchpoint, Traits
from zhiyin.insight.journeys.rules import Rule, make_rule, make_traits_rule
from zhiyin.insight.selection import VoiceFilter
from zhiyin.measure.comparison import Change, changes, difference
from zhiyin.measure.estimate import SMALL_N, Estimate, Estimates, Floats, number
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.multiple import false_discovery
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

Mood = Literal["pain", "delight"]


class Curve(StrEnum):
    """What the emotion curve shows: net sentiment of what is said, or the stars given."""

    NET = "net"
    STARS = "stars"

    def of_wanted(self, emotion: float) -> float:
        """A designed emotion (−2 to 2) on the scale of the curve: −100 to 100, or 1 to 5 stars."""
        return 50 * emotion if self is Curve.NET else 3 + emotion


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPoint:
    """One touchpoint: `value` is the curve there; `gap` is measured minus designed, in its unit.

    `rule` is None where no voice can belong. `is_gap_clear`: the design lies outside the interval.
    `mood` is given where the touchpoint stands out from all others together, chance minded, n of 30 at
    least. `apart` is how far it stands from them.
    """

    stage: Stage
    touchpoint: Touchpoint
    rule: Rule | None
    counts: TouchpointCounts
    share: Estimate
    value: Estimate
    change: Change | None
    wanted: float | None
    gap: float | None
    is_gap_clear: bool
    apart: float | None
    mood: Mood | None
    needs: Mapping[str, NeedMet]

    @property
    def is_small(self) -> bool:
        """Whether the figure rests on few."""
        return self.value.n < SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredMap:
    """All touchpoints in order, the figure of all together, and how many voices there were in all."""

    curve: Curve
    points: tuple[MeasuredPoint, ...]
    common: Estimate
    n_voices: int

    def with_mood(self, mood: Mood) -> list[MeasuredPoint]:
        """Pain points or delights, the one that stands out most first."""
        found = [one for one in self.points if one.mood == mood]
        return sorted(found, key=lambda one: -abs(one.apart or 0.0))


def measure_map(
    connection: duckdb.DuckDBPyConnection,
    document: JourneyDocument,
    *,
    scope: Scope,
    filter: VoiceFilter,
    traits: Traits | None = None,
    tree: AspectTree,
    curve: Curve = Curve.NET,
    with_needs: bool = True,
) -> MeasuredMap:
    """The map as these voices tell it; `traits` are those of the persona, None for all customers.

    Two narrow passes a touchpoint, a third for needs.
    """
    wanted = traits or Traits()
    placed = [
        (stage, one, make_rule(one.facts, traits=wanted, tree=tree)) for stage, one in document.touchpoints()
    ]
    filters = [rule.narrow(filter) if rule else None for _stage, _one, rule in placed]
    counts = [
        count_touchpoint(connection, scope=scope, filter=one) if one else TouchpointCounts()
        for one in filters
    ]
    needs = [needs_at(connection, scope=scope, filter=one) if one and with_needs else {} for one in filters]
    everybody = make_traits_rule(wanted, tree=tree).narrow(filter)
    n_voices = count_voices(connection, scope=scope, filter=everybody)
    figures = _figures(counts, curve=curve, with_before=filter.before_since is not None)
    shares = proportion([min(one.voices.n, n_voices) for one in counts], [n_voices] * len(counts))
    points = tuple(
        _point(
            placed[place],
            counts[place],
            figures=figures,
            place=place,
            share=shares[place],
            needs=needs[place],
            curve=curve,
        )
        for place in range(len(placed))
    )
    return MeasuredMap(curve=curve, points=points, common=figures.common, n_voices=n_voices)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    now: Estimates
    changes: Sequence[Change] | None
    common: Estimate
    apart: Floats
    is_out: Sequence[bool]


def _figures(counts: Sequence[TouchpointCounts], *, curve: Curve, with_before: bool) -> _Figures:
    """The curve with its changes, and which points stand out.

    A touchpoint is held against all others together (MOVER interval of the difference), at most 5 in 100
    of those that stand out are expected to be chance (Benjamini–Hochberg over the map). Ratings and
    mentions at several touchpoints count at each.
    """
    columns, estimate = _columns(counts, curve=curve), _ESTIMATES[curve]
    before = _columns(counts, curve=curve, of_before=True)
    now = estimate(columns)
    whole = columns.sum(axis=1, keepdims=True)
    against = difference(now, estimate(whole - columns))
    found = false_discovery(against.p_value)
    is_enough = now.n >= SMALL_N
    return _Figures(
        now=now,
        changes=changes(now, estimate(before)) if with_before and counts else None,
        common=estimate(whole).one(),
        apart=against.value,
        is_out=(found.is_discovery & is_enough).tolist() if counts else [],
    )


def _columns(counts: Sequence[TouchpointCounts], *, curve: Curve, of_before: bool = False) -> Floats:
    """What the curve is made of, a row a quantity and a column a touchpoint."""
    if curve is Curve.NET:
        mentions = [one.mentions_before if of_before else one.mentions for one in counts]
        rows: list[list[float]] = [[one.n_positive, one.n_negative, one.n, one.n_voices] for one in mentions]
    else:
        voices = [one.voices_before if of_before else one.voices for one in counts]
        rows = [[one.sum_stars, one.sum_squares, one.n_rated, 0] for one in voices]
    return np.asarray(rows, dtype=np.float64).reshape(len(counts), 4).T


def _net(columns: Floats) -> Estimates:
    return net_sentiment(columns[0], columns[1], columns[2], n_voices=columns[3])


def _stars(columns: Floats) -> Estimates:
    return mean_from_sums(columns[0], columns[1], columns[2], bounds=(1, 5))


_ESTIMATES: Mapping[Curve, Callable[[Floats], Estimates]] = {Curve.NET: _net, Curve.STARS: _stars}


def _point(
    placed: tuple[Stage, Touchpoint, Rule | None],
    counts: TouchpointCounts,
    *,
    figures: _Figures,
    place: int,
    share: Estimate,
    needs: Mapping[str, NeedMet],
    curve: Curve,
) -> MeasuredPoint:
    stage, touchpoint, rule = placed
    value = figures.now[place]
    emotion = touchpoint.wanted_emotion
    wanted = None if emotion is None else curve.of_wanted(emotion)
    has_both = wanted is not None and value.value is not None
    apart = number(figures.apart[place])
    mood: Mood | None = None
    if figures.is_out[place] and apart:
        mood = "delight" if apart > 0 else "pain"
    return MeasuredPoint(
        stage=stage,
        touchpoint=touchpoint,
        rule=rule,
        counts=counts,
        share=share,
        value=value,
        change=figures.changes[place] if figures.changes else None,
        wanted=wanted,
        gap=(value.value or 0.0) - (wanted or 0.0) if has_both else None,
        is_gap_clear=has_both and _is_outside(value, wanted or 0.0) and value.n >= SMALL_N,
        apart=apart,
        mood=mood,
        needs=needs,
    )


def _is_outside(value: Estimate, wanted: float) -> bool:
    return value.low is not None and value.high is not None and not value.low <= wanted <= value.high
