"""Kano: which attributes delight, which please in proportion, which are taken for granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimate, floats
from zhiyin.measure.proportions import proportion

Category = Literal["attractive", "one_dimensional", "must_be", "indifferent", "reverse", "questionable"]

LETTERS: dict[str, Category] = {
    "A": "attractive",
    "O": "one_dimensional",
    "M": "must_be",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
# Rows: answer if it is there; columns: if it is not. Both: like, must be, neutral, live with, dislike.
TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
# Of equally frequent ones the first: what is missed most when it is missing.
_ORDER = "MOAIRQ"
_CODES = np.array([["AOMIRQ".index(letter) for letter in row] for row in TABLE])


@dataclass(frozen=True, slots=True, kw_only=True)
class Kano:
    """One attribute by its pairs of answers.

    `counts` by letter A, O, M, I, R, Q; `better` 0 to 1: how far having it pleases; `worse` −1 to 0: how
    far lacking it displeases. `is_clear`: the category leads the next by more than chance.
    """

    counts: dict[str, int]
    category: Category | None
    better: Estimate
    worse: Estimate
    is_clear: bool
    n: int
    n_left_out: int


def kano(functional: ArrayLike, dysfunctional: ArrayLike, *, confidence: float = CONFIDENCE) -> Kano:
    """The Kano category of one attribute from answers 1 to 5 (like, must be, neutral, live with, dislike).

    `functional`: how people feel if it is there, `dysfunctional`: if it is not; NaN is no answer, and
    such a pair is left out.
    Formula: the 5 × 5 evaluation table gives a letter a person; the most frequent letter is the category,
    of equally frequent ones the first of M > O > A > I. Better = (A + O) / (A + O + M + I),
    worse = −(O + M) / (A + O + M + I), both with Wilson's interval. Clear (Fong): the lead of the first
    over the second exceeds 1.65 √((a + b)(2n − a − b) / 2n).
    Valid range: at least one pair. Many Q mean that the question was not understood.
    Small samples: below 30 pairs the category turns with a few answers; the intervals say so.
    Source: N. Kano et al. (1984), Hinshitsu 14(2):39–48; better and worse C. Berger et al. (1993), Center
    for Quality of Management Journal 2(4):3–36; lead D. Fong (1996), ibid. 5.

    >>> found = kano([1, 1, 2, 1], [5, 5, 5, 3])
    >>> found.counts, found.category, found.better.value, found.worse.value
    ({'A': 1, 'O': 2, 'M': 1, 'I': 0, 'R': 0, 'Q': 0}, 'one_dimensional', 0.75, -0.75)

    Raises:
        InvalidInput: an answer is not 1 to 5, or the two lists differ in length.
    """
    there, absent = floats(functional), floats(dysfunctional)
    if len(there) != len(absent):
        raise InvalidInput("The two questions do not have as many answers.")
    is_pair = ~(np.isnan(there) | np.isnan(absent))
    for answers in (there[is_pair], absent[is_pair]):
        if not bool(np.isin(answers, (1, 2, 3, 4, 5)).all()):
            raise InvalidInput("A Kano answer is not one of 1 to 5.", next_step="See the order of answers.")
    codes = _CODES[there[is_pair].astype(int) - 1, absent[is_pair].astype(int) - 1]
    counts = dict(zip("AOMIRQ", np.bincount(codes, minlength=6).tolist(), strict=True))
    return _result(counts, n_left_out=int((~is_pair).sum()), confidence=confidence)


def _result(counts: dict[str, int], *, n_left_out: int, confidence: float) -> Kano:
    n_useful = sum(counts[letter] for letter in "AOMI")
    better = proportion(counts["A"] + counts["O"], n_useful, confidence=confidence).one()
    lacking = proportion(counts["O"] + counts["M"], n_useful, confidence=confidence).one()
    n = sum(counts.values())
    ranked = sorted(_ORDER, key=lambda letter: -counts[letter])  # stable: the order decides ties
    return Kano(
        counts=counts,
        category=LETTERS[ranked[0]] if n else None,
        better=better,
        worse=_negative(lacking),
        is_clear=_leads(counts[ranked[0]], counts[ranked[1]], n=n),
        n=n,
        n_left_out=n_left_out,
    )


def _negative(share: Estimate) -> Estimate:
    low, value, high = (None if one is None else 0.0 - one for one in (share.high, share.value, share.low))
    return Estimate(value=value, low=low, high=high, n=share.n)


def _leads(first: int, second: int, *, n: int) -> bool:
    if not n:
        return False
    both = first + second
    return bool(first - second > 1.65 * np.sqrt(both * (2 * n - both) / (2 * n)))
