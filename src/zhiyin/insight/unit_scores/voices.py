"""What unit scores are made of: each voice's unit, tone and worth, and what it says of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zhiyin.insight.unit_scores.scale import BEST, GROUPS, scale
from zhiyin.measure.unit_scores import Said, UnitScores, score_units

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Voices that count, a place in each array a voice; `said` of groups; `n_left_out` did not count."""

    units: Sequence[str]
    unit: Places
    score: Floats
    weight: Floats
    said: Said
    n_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit: name, voices that counted, scores of 0 to 5 overall and by `GROUPS`, None if unknown."""

    unit: str
    n: int
    overall: float
    groups: tuple[float | None, ...]


def score_voices(voices: Voices) -> list[UnitLine]:
    """A line for each unit, in the order of `voices.units`; none where no voice counts."""
    if not len(voices.unit):
        return []
    found = score_units(
        voices.unit,
        voices.score,
        voices.weight,
        said=voices.said,
        n_units=len(voices.units),
        n_groups=len(GROUPS),
        trust=scale().trust,
    )
    return [_line(voices.units[place], found, place=place) for place in range(len(voices.units))]


def _line(unit: str, found: UnitScores, *, place: int) -> UnitLine:
    groups = [None if np.isnan(score) else _cut(score) for score in found.groups[place]]
    return UnitLine(
        unit=unit, n=int(found.n[place]), overall=_cut(found.overall[place]), groups=tuple(groups)
    )


def _cut(score: float) -> float:
    return float(min(BEST, max(0.0, score)))


def voice_scores(label: pa.Array, balance: pa.Array) -> Floats:
    """The score of each voice on 0 to 5 from its sentiment and its balance of −1 to 1."""
    steps = _steps(label, scale().sentiment)
    line = scale().balance
    tone = line.at_zero + line.a_point * pc.fill_null(balance, 0.0).to_numpy(zero_copy_only=False)
    scores: Floats = np.clip((steps + tone) / 2, 0.0, BEST)
    return scores


def voice_weights(useful: pa.Array) -> Floats:
    """The weight of each voice, above 0: more for one that tells more (`useful`, 0 to 1)."""
    least = scale().least_weight
    worth = pc.fill_null(useful, 0.5).to_numpy(zero_copy_only=False).astype(np.float64)
    weights: Floats = least + (1 - least) * worth
    return weights


def said_of_groups(voice: Places, *, aspect: pa.Array, polarity: pa.Array, groups: Mapping[str, int]) -> Said:
    """Mentions of aspects as mentions of groups; those of aspects in no group are left out."""
    coded = aspect.dictionary_encode() if not pa.types.is_dictionary(aspect.type) else aspect
    places = np.array([groups.get(name, -1) for name in coded.dictionary.to_pylist()] or [-1], np.int64)
    group = places[pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False)]
    has_group = group >= 0
    return Said(
        voice=voice[has_group], group=group[has_group], score=_steps(polarity, scale().opinion)[has_group]
    )


def _steps(names: pa.Array, steps: Mapping[str, float]) -> Floats:
    known = pa.array(list(steps), pa.string())
    found = pc.fill_null(pc.index_in(names.cast(pa.string()), known), list(steps).index("neutral"))
    values: Floats = np.array(list(steps.values()), np.float64)[found.to_numpy(zero_copy_only=False)]
    return values
