"""What a phrase stands for: its kind, the name within that kind, and a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """The kinds of entry. Those up to `BLOCK` compete for the same characters: the longest wins."""

    TERM = 0
    WORD = 1
    NEGATION = 2
    HYPOTHETICAL = 3
    CONTRAST = 4
    BLOCK = 5
    EMOTION = 6
    INTENT = 7
    CAUSE = 8
    NEED = 9
    URGENCY = 10
    SIGNAL = 11
    TRIGGER = 12
    UNIT = 13
    GAP_HEAD = 14
    GAP_TAIL = 15
    MOCKERY = 16
    CLOSING = 17
    DENIAL = 18
    REPORT = 19
    OWN = 20
    CUE = 21
    UNTRIED = 22


NO_NAME = -1
"""Name of an entry that only hides the shorter entries within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One meaning of one phrase.

    `name` is a number: the aspect, the word, or the place in the contract's tuple of names.
    `value` is the strength, the confidence, the urgency level, the minutes of a unit, the reach of
    a negation in code points (below 0: of two in one), the kind of a hypothetical, of an own view, of a
    mockery or of a contrast, or 1 and 0 for yes and no.
    """

    phrase: str
    kind: Kind
    name: int
    value: float = 1.0
