"""Scores of units on a scale, as a whole and by group of aspects, from what their customers said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, floats
from zhiyin.measure.shrinkage import shrink

Places = NDArray[np.int64]

# Where all agree, or one person spoke, the spread cannot be told; a step of the scale is what people
# usually lie apart.
_USUAL_VARIANCE = 1.0
_LEAST_VARIANCE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScores:
    """`n` voices and `overall` score of each unit; `groups` has a row a unit, a column a group.

    NaN in the whole column of a group that nobody spoke of.
    """

    n: Places
    overall: Floats
    groups: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What voices said of groups, a place in each array a mention: `voice`, `group`, its `score`."""

    voice: Places
    group: Places
    score: Floats


def score_units(
    unit: ArrayLike,
    score: ArrayLike,
    weight: ArrayLike,
    *,
    said: Said,
    n_units: int,
    n_groups: int,
    trust: float = 0.5,
) -> UnitScores:
    """Score units from voices (`unit` and `score` of each, `weight` above 0) and what they `said`.

    Formula: overall Oᵤ = the weighted mean of its voices' scores, drawn to the mean of all (`shrink`)
    by its variance s²Σw²/(Σw)², s² pooled within units. A group's difference dᵤ = weighted mean of its
    mentions (a voice counts once) − raw overall; d̂ᵤ is dᵤ drawn to the common difference c likewise.
    Group score = Oᵤ + r c + t (d̂ᵤ − c), with r the share of all voices that speak of the group and
    t = `trust`. Who keeps silent on a thing is taken to be as content with it as with the whole: so the
    level moves by r c only, however much those who speak complain; and units are told apart by what
    is said of the group, at `trust` of its worth, because scores that people give to parts stay close
    to the whole (the halo effect).
    Valid range: any scale; the result may lie a little outside it, cut it there. Small samples: a unit
    with few voices is drawn to the mean, a group with few mentions to what the overall lets expect;
    with fewer than 3 units nothing can be told of how units differ and all are drawn together.
    Source: B. Efron, C. Morris (1975), JASA 70:311–319; R. Fay, R. Herriot (1979), JASA 74:269–277,
    doi:10.1080/01621459.1979.10482505 (drawing to what another figure lets expect); E. Thorndike
    (1920), J. Applied Psychology 4:25–29 (halo).

    >>> said = Said(voice=np.array([0]), group=np.array([0]), score=np.array([2.0]))
    >>> s = score_units([0, 0, 1], [5, 3, 4], [1, 1, 1], said=said, n_units=2, n_groups=1)
    >>> s.n.tolist(), s.overall.round(2).tolist(), s.groups.round(2).tolist()
    ([2, 1], [4.0, 4.0], [[3.33], [3.33]])

    Raises:
        InvalidInput: the arrays differ in length, or a weight is not above 0.
    """
    units, scores, weights = _checked(unit, score, weight)
    raw, variance = _means(scores, weights=weights, of=units, n_of=n_units)
    overall = shrink(raw, variance)
    centred = np.where(np.isnan(overall.value), overall.centre, overall.value)
    groups = np.full((n_units, n_groups), np.nan)
    for group in range(n_groups):
        voices, means = _one_a_voice(said, group=group)
        if len(voices):
            own, spread = _means(means, weights=weights[voices], of=units[voices], n_of=n_units)
            apart = shrink(own - raw, spread)
            of_unit = np.where(np.isnan(apart.value), 0.0, apart.value - apart.centre)
            groups[:, group] = centred + len(voices) / len(units) * apart.centre + trust * of_unit
    return UnitScores(n=np.bincount(units, minlength=n_units), overall=centred, groups=groups)


def _checked(unit: ArrayLike, score: ArrayLike, weight: ArrayLike) -> tuple[Places, Floats, Floats]:
    units, scores, weights = np.atleast_1d(np.asarray(unit, np.int64)), floats(score), floats(weight)
    if not len(units) == len(scores) == len(weights):
        raise InvalidInput("Units, scores and weights are not as many.", field="score")
    if not bool(np.all(weights > 0)):
        raise InvalidInput("A weight must be above 0.", field="weight")
    return units, scores, weights


def _one_a_voice(said: Said, *, group: int) -> tuple[Places, Floats]:
    """The voices that speak of the group, and the mean score of what each says of it."""
    is_of_group = said.group == group
    voices, place = np.unique(said.voice[is_of_group], return_inverse=True)
    return voices, np.bincount(place, said.score[is_of_group]) / np.maximum(1, np.bincount(place))


def _means(scores: Floats, *, weights: Floats, of: Places, n_of: int) -> tuple[Floats, Floats]:
    """Weighted mean of each unit, NaN where nobody spoke, and the variance of that mean."""
    total = np.bincount(of, weights, minlength=n_of)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(of, weights * scores, minlength=n_of) / total
        share = np.bincount(of, weights**2, minlength=n_of) / total**2
    n_free = len(scores) - np.count_nonzero(total)
    within = float(np.sum((scores - mean[of]) ** 2)) / n_free if n_free > 0 else _USUAL_VARIANCE
    return mean, max(within, _LEAST_VARIANCE) * share
