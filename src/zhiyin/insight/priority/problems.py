"""What a problem is: blame of an aspect, the part of it that gathers somewhere, or a new subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhiyin.insight.aspect_tree import AspectNode
from zhiyin.measure.estimate import Estimate

PartKind = Literal["unit", "product", "cause"]
FEWEST = 5
"""Fewer unhappy voices than these make no problem of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Voices, and of them: with an outcome (`n_rated`), its sum and sum of squares, urgent, in public."""

    n: int
    n_rated: int
    total: float
    squares: float
    n_urgent: int
    n_public: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where blame gathers. `value` is the unit's code, the product's name or the cause; `label` its name.

    `lift`: times as often as elsewhere; `share` of all that blame the aspect (0 to 1).
    """

    kind: PartKind
    value: str
    label: str
    lift: Estimate
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem: either an aspect (`node`), whole or in `part`, or a subject by its words (`phrase`)."""

    tally: Tally
    node: AspectNode | None = None
    part: Part | None = None
    phrase: str = ""

    @property
    def key(self) -> str:
        """Names it in addresses, and over time."""
        if self.node is None:
            return f"topic:{self.phrase}"
        return f"aspect:{self.node.id}" + (f"|{self.part.kind}:{self.part.value}" if self.part else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """All problems of one look; `everybody` tallies all voices, whatever they say.

    `n_rare` aspects are blamed by too few; `n_compared` places were looked at for parts.
    """

    everybody: Tally
    problems: tuple[Problem, ...]
    n_rare: int
    n_compared: int
