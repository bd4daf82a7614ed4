"""How far dissatisfaction travels by word of mouth: a small model with its assumptions in the open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, floats

HEARERS_LOW, HEARERS_DEFAULT, HEARERS_HIGH = 9.0, 10.0, 11.0
_MOST_HEARERS = 100.0
_MOST_FACTOR = 50.0
_MOST_HOPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadModel:
    """Who an unhappy person tells. The defaults of the last three are assumptions of ours, not findings.

    `hearers`: people that one who tells at all tells. `share_telling` (0 to 1): the part that tells; the
    source counts over all unhappy people, hence 1. `retelling` (0 to below 1): those who hear it from
    hearers, for each who heard it one step before; `hops`: steps counted, 1 to 6. `public_factor`: times
    as many hear of it where it was said in public (a review) as where it was not (a call).

    Raises:
        InvalidInput: a number out of its range.
    """

    hearers: float = HEARERS_DEFAULT
    share_telling: float = 1.0
    retelling: float = 0.1
    hops: int = 2
    public_factor: float = 2.0

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("hearers", self.hearers, 0.0, _MOST_HEARERS),
            ("share_telling", self.share_telling, 0.0, 1.0),
            ("retelling", self.retelling, 0.0, 0.9),
            ("hops", self.hops, 1, _MOST_HOPS),
            ("public_factor", self.public_factor, 0.0, _MOST_FACTOR),
        ):
            if not low <= value <= high:
                raise InvalidInput(f"{name} must lie between {low:g} and {high:g}.", field=name)

    @property
    def chain(self) -> float:
        """Those who hear it over all steps, for each who hears it first: 1 + d + d² + …"""
        return float(sum(self.retelling**step for step in range(self.hops)))

    @property
    def told(self) -> float:
        """People whom one unhappy person reaches, directly and on, where it was not said in public."""
        return self.share_telling * self.hearers * self.chain


def reach(public_share: ArrayLike, *, model: SpreadModel) -> Floats:
    """People concerned for each unhappy one: the person, and those who hear of it.

    Formula: 1 + s · h · (1 + d + … + dᵏ⁻¹) · (1 − π + π · f), with h hearers, s the share who tell, d the
    retelling, k steps, π the share who said it in public and f the factor of publicness.
    Valid range: π 0 to 1. It only weighs problems against each other: with h the same for all, only π
    changes their order. Small samples: π is a plain share and errs as such.
    Source: h = 9 to 10 people: TARP (1986), Consumer Complaint Handling in America: An Update Study, U.S.
    Office of Consumer Affairs; 11 is the other figure in use. The chain is a geometric series (own
    definition); that unhappy people differ widely in whom they tell: M. L. Richins (1983), Journal of
    Marketing 47(1):68–78, doi:10.1177/002224298304700107.

    >>> reach([0.0, 1.0], model=SpreadModel()).tolist()
    [12.0, 23.0]
    >>> reach(0.5, model=SpreadModel(hearers=9, hops=1, public_factor=1)).tolist()
    [10.0]

    Raises:
        InvalidInput: a share outside 0 to 1.
    """
    public = floats(public_share)
    if not bool(np.all((public >= 0) & (public <= 1))):
        raise InvalidInput("public_share must lie between 0 and 1.", field="public_share")
    return np.asarray(1 + model.told * (1 - public + public * model.public_factor))
