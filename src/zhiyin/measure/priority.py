"""What to mend first: people affected × harm × reach, against the effort to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Estimates, Floats, counts, floats
from zhiyin.measure.spread import SpreadModel, reach

Quadrant = Literal["do_now", "plan", "on_the_side", "later"]
Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRange:
    """The places (1 is first) that a problem takes over all the assumptions tried."""

    best: int
    worst: int


def weight_of(
    n_people: ArrayLike, *, harm_each: ArrayLike, public_share: ArrayLike, model: SpreadModel
) -> Floats:
    """How much a problem weighs: people affected × harm to each × people concerned for each.

    Formula: n · v · reach(π). The unit is "people who heard the worst": with harm 0 to 1, 100 people at
    0.5 whom 12 people hear of each weigh 600.
    Valid range: counts and harm of 0 or more; NaN harm gives NaN. Small samples: n is counted, not
    guessed; `severity` pulls harm of few ratings to the middle.
    Source: own definition, consequence × likelihood × exposure as in a risk matrix (IEC 31010:2019, B.10.3).

    >>> weight_of(100, harm_each=0.5, public_share=0.0, model=SpreadModel()).tolist()
    [600.0]

    Raises:
        InvalidInput: a negative count or harm, or a share outside 0 to 1.
    """
    harm = floats(harm_each)
    if bool(np.any(harm < 0)):
        raise InvalidInput("harm_each must be 0 or more.", field="harm_each")
    return np.asarray(counts(n_people, name="n_people") * harm * reach(public_share, model=model))


def weights_of(
    people: Estimates, *, harm: Estimates, public_share: ArrayLike, model: SpreadModel
) -> Estimates:
    """As `weight_of`, with an interval: the product of the lower ends, and of the upper ends.

    Two intervals of 95 % that hold together hold at least 90 times in 100 (Bonferroni); the model of
    reach is taken as given: what hangs on it, `rank_ranges` tells.

    >>> people = Estimates(value=floats(10), low=floats(5), high=floats(20), n=floats(99))
    >>> each = Estimates(value=floats(0.5), low=floats(0.4), high=floats(0.6), n=floats(10))
    >>> found = weights_of(people, harm=each, public_share=0, model=SpreadModel()).one()
    >>> found.low, found.value, found.high
    (24.0, 60.0, 144.0)
    """
    value, low, high = (
        weight_of(n, harm_each=np.maximum(each, 0.0), public_share=public_share, model=model)
        for n, each in ((people.value, harm.value), (people.low, harm.low), (people.high, harm.high))
    )
    return Estimates(value=value, low=low, high=high, n=people.n)


def rank(weights: ArrayLike) -> Ranks:
    """Places from the heaviest (1); equals share the better place, NaN comes last.

    >>> rank([5, 9, 5, float("nan")]).tolist()
    [2, 1, 2, 4]
    """
    values = np.nan_to_num(floats(weights), nan=-np.inf)
    return np.asarray((values[None, :] > values[:, None]).sum(axis=1) + 1, np.int64)


def rank_ranges(
    n_people: ArrayLike,
    *,
    harm_each: ArrayLike,
    public_share: ArrayLike,
    models: Sequence[SpreadModel],
    person_days: ArrayLike = 1.0,
) -> list[RankRange]:
    """The best and worst place of each problem by weight / person-days, over the models of spread.

    >>> found = rank_ranges([10, 8], harm_each=[0.5, 0.5], public_share=[0.0, 0.3],
    ...     models=[SpreadModel(public_factor=1), SpreadModel(public_factor=4)])
    >>> [(one.best, one.worst) for one in found]
    [(1, 2), (1, 2)]

    Raises:
        InvalidInput: no model, or days of 0 or less.
    """
    days = floats(person_days)
    if not models or not bool(np.all(days > 0)):
        raise InvalidInput("Ranges need a model, and days above 0.", field="models")
    places = np.array(
        [
            rank(weight_of(n_people, harm_each=harm_each, public_share=public_share, model=model) / days)
            for model in models
        ]
    )
    return [
        RankRange(best=int(best), worst=int(worst))
        for best, worst in zip(places.min(axis=0), places.max(axis=0), strict=True)
    ]


def quadrants(weights: ArrayLike, *, person_days: ArrayLike) -> list[Quadrant]:
    """Where each problem stands: heavy or light, quick or long, cut at the median of each.

    What lies on a line counts as heavy, and as quick. NaN weighs nothing.
    Source: impact–effort matrix; the cut at the median is our choice, so that no scale decides.

    >>> quadrants([9, 8, 2, 1], person_days=[1, 30, 2, 40])
    ['do_now', 'plan', 'on_the_side', 'later']
    """
    values, days = np.broadcast_arrays(np.nan_to_num(floats(weights), nan=0.0), floats(person_days))
    if not len(values):
        return []
    is_heavy, is_quick = values >= np.median(values), days <= np.median(days)
    names: dict[tuple[bool, bool], Quadrant] = {
        (True, True): "do_now",
        (True, False): "plan",
        (False, True): "on_the_side",
        (False, False): "later",
    }
    return [names[bool(heavy), bool(quick)] for heavy, quick in zip(is_heavy, is_quick, strict=True)]
