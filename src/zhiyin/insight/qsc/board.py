"""The QSC scoreboard: scores of customers' voice, inspections beside them, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.board import Figure
from zhiyin.insight.qsc.counts import Mentions, Points, count_points, count_spoken
from zhiyin.insight.qsc.dimensions import DIMENSIONS
from zhiyin.insight.qsc.scores import Ranks, Scored, rank, score, total
from zhiyin.insight.qsc.settings import Made
from zhiyin.insight.queries.unit_tree import UnitNode, UnitTree
from zhiyin.insight.selection import VoiceFilter
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import CONFIDENCE, SMALL_N, Estimate, Estimates, Floats, normal_quantile
from zhiyin.measure.means import mean_from_sums
from zhiyin.people.scope import Scope

_MIN_TO_CORRELATE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class QscLine:
    """One unit. `voice` and `inspection` are by dimension (0 to 100), `total` is what it is ranked by.

    `gap`: how much farther above the average of all units the inspection sees it than customers do;
    verdict `rise` where the inspection really sees it better, `fall` where worse.
    """

    node: UnitNode
    voice: Mapping[str, Figure]
    voice_total: Figure
    total: Figure
    place: int
    first: int
    last: int
    inspection: Mapping[str, Figure] | None
    inspection_total: Figure | None
    gap: Change | None

    @property
    def is_small(self) -> bool:
        """Whether it rests on too few mentions to say much."""
        return self.total.n < SMALL_N

    @property
    def has_sure_place(self) -> bool:
        """Whether the place is the only one it may have."""
        return self.first == self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class QscBoard:
    """All rows as columns side by side. `correlation`: Spearman's over units with both, from 10 units on."""

    rows: Sequence[UnitNode]
    voice: Mapping[str, Estimates]
    voice_changes: Mapping[str, Sequence[Change]] | None
    voice_total: Estimates
    total_changes: Sequence[Change] | None
    total: Estimates
    ranks: Ranks
    inspection: Mapping[str, Estimates] | None
    inspection_total: Estimates | None
    gaps: Sequence[Change] | None
    correlation: Estimate | None

    def line(self, place: int) -> QscLine:
        """The row at that place of `rows`."""
        per_dimension = self.voice_changes
        return QscLine(
            node=self.rows[place],
            voice={
                name: Figure.of(found[place], change=per_dimension[name][place] if per_dimension else None)
                for name, found in self.voice.items()
            },
            voice_total=Figure.of(self.voice_total[place]),
            total=Figure.of(
                self.total[place], change=self.total_changes[place] if self.total_changes else None
            ),
            place=int(self.ranks.place[place]),
            first=int(self.ranks.first[place]),
            last=int(self.ranks.last[place]),
            inspection={name: Figure.of(found[place]) for name, found in self.inspection.items()}
            if self.inspection
            else None,
            inspection_total=Figure.of(self.inspection_total[place]) if self.inspection_total else None,
            gap=self.gaps[place] if self.gaps else None,
        )


def get_qsc_board(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    tree: UnitTree,
    rows: Sequence[UnitNode],
    members: Mapping[str, Sequence[str]],
    made: Made,
) -> QscBoard:
    """How each of the `rows` (nodes of `tree`) stands with all below it; `members`: dimension → aspects.

    Verdicts hold for all rows together (5 % false discoveries). Two passes over the facts.
    """
    spoken = count_spoken(connection, scope=scope, filter=filter, members=members, tree=tree, rows=rows)
    points = count_points(connection, scope=scope, filter=filter, tree=tree, rows=rows)
    now = {name: _score(spoken.now[name]) for name in DIMENSIONS}
    whole = total([now[name] for name in DIMENSIONS], weights=made.weights)
    voice_total = whole.estimates()
    per_dimension, of_total = None, None
    if filter.before_since is not None:
        before = {name: _score(spoken.before[name]) for name in DIMENSIONS}
        before_total = total([before[name] for name in DIMENSIONS], weights=made.weights)
        per_dimension = {
            name: changes(now[name].estimates(), before[name].estimates()) for name in DIMENSIONS
        }
        of_total = changes(voice_total, before_total.estimates())
    inspected = _inspect(points, weights=made.weights) if points else None
    mixed = _mix(voice_total, inspected[1], percent=made.inspection_percent) if inspected else voice_total
    return QscBoard(
        rows=rows,
        voice={name: now[name].estimates() for name in DIMENSIONS},
        voice_changes=per_dimension,
        voice_total=voice_total,
        total_changes=of_total,
        total=mixed,
        ranks=rank(mixed),
        inspection=inspected[0] if inspected else None,
        inspection_total=inspected[1] if inspected else None,
        gaps=_gaps(whole.as_counted(), inspected[1]) if inspected else None,
        correlation=correlate(voice_total.value, inspected[1].value) if inspected else None,
    )


def correlate(one: Floats, other: Floats) -> Estimate | None:
    """Spearman's rank correlation over pairs that are both known; None for fewer than 10 pairs.

    Interval: tanh(atanh r ± z √((1 + r²/2)/(n − 3))). Source: D. Bonett, T. Wright (2000), Psychometrika
    65:23–28, doi:10.1007/BF02294183.
    """
    both = ~(np.isnan(one) | np.isnan(other))
    n = int(both.sum())
    if n < _MIN_TO_CORRELATE or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return None
    from scipy.stats import spearmanr  # slow to load

    r = float(spearmanr(one[both], other[both]).statistic)
    z = np.arctanh(np.clip(r, -0.999999, 0.999999))
    half = normal_quantile(CONFIDENCE) * np.sqrt((1 + r * r / 2) / (n - 3))
    return Estimate(value=r, low=float(np.tanh(z - half)), high=float(np.tanh(z + half)), n=n)


def _score(said: Mentions) -> Scored:
    return score(said.n_positive, said.n_negative, said.n, n_voices=said.n_voices)


def _inspect(
    points: Mapping[str, Points], *, weights: Sequence[int]
) -> tuple[dict[str, Estimates], Estimates]:
    """By dimension and together, 0 to 100; the total of a unit weighs the dimensions that were inspected."""
    found = {
        name: mean_from_sums(100 * one.total, 1e4 * one.squares, one.n, bounds=(0, 100))
        for name, one in points.items()
    }
    each = [found[name] for name in DIMENSIONS]
    weight = np.array([np.where(one.n > 0, w, 0) for one, w in zip(each, weights, strict=True)], dtype=float)
    value = np.nansum([w * one.value for w, one in zip(weight, each, strict=True)], axis=0)
    halves = [np.fmax(one.high - one.value, one.value - one.low) for one in each]
    square = np.sum([(w * np.where(w > 0, h, 0)) ** 2 for w, h in zip(weight, halves, strict=True)], axis=0)
    whole = weight.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, half = value / whole, np.sqrt(square) / whole
    value = np.where(whole > 0, value, np.nan)
    n = np.sum([one.n for one in each], axis=0)
    low, high = np.maximum(0, value - half), np.minimum(100, value + half)
    return found, Estimates(value=value, low=low, high=high, n=n)


def _mix(voice: Estimates, inspection: Estimates, *, percent: int) -> Estimates:
    """The voice and the inspection by their parts; the voice alone where nothing was inspected."""
    part = np.where(np.isnan(inspection.value), 0.0, percent / 100)
    other = np.nan_to_num(inspection.value)
    value = (1 - part) * voice.value + part * other
    below = np.hypot(
        (1 - part) * (voice.value - voice.low), part * np.nan_to_num(inspection.value - inspection.low)
    )
    above = np.hypot(
        (1 - part) * (voice.high - voice.value), part * np.nan_to_num(inspection.high - inspection.value)
    )
    return Estimates(value=value, low=value - below, high=value + above, n=voice.n)


def _gaps(voice: Estimates, inspection: Estimates) -> list[Change]:
    """Inspections are kinder than customers throughout: each is held against its own average.

    Voices as counted: drawn to the mean, a unit of few voices would look surely average.
    """
    both = ~(np.isnan(voice.value) | np.isnan(inspection.value))
    return changes(_centred(inspection, where=both), _centred(voice, where=both))


def _centred(found: Estimates, *, where: NDArray[np.bool_]) -> Estimates:
    centre = float(np.mean(found.value[where])) if where.any() else np.nan
    value = np.where(where, found.value - centre, np.nan)
    return Estimates(value=value, low=found.low - centre, high=found.high - centre, n=found.n)
