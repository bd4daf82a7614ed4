"""NPS, CSAT and CES: the three survey scores, each with its definition in its name or arguments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import CONFIDENCE, Estimate, Floats, floats
from zhiyin.measure.means import mean
from zhiyin.measure.net_sentiment import net_score
from zhiyin.measure.proportions import proportion


def nps(answers: ArrayLike, *, confidence: float = CONFIDENCE) -> Estimate:
    """Net Promoter Score, −100 to 100, of answers on 0 to 10; NaN answers are left out.

    Formula: 100 × (share of 9–10 − share of 0–6). Interval and small samples: see `net_score`.
    Valid range: the 0-to-10 scale only; other scales have other cut points and are not comparable.
    Source: F. F. Reichheld (2003), The one number you need to grow, Harvard Business Review 81(12).

    >>> nps([10, 10, 9, 8, 7, 6, 3, 10]).value
    25.0

    Raises:
        InvalidInput: an answer lies outside 0 to 10.
    """
    given = _answers(answers, worst=0, best=10)
    return net_score(
        np.count_nonzero(given >= 9), np.count_nonzero(given <= 6), given.size, confidence=confidence
    ).one()


def csat(
    answers: ArrayLike, *, worst: float = 1, best: float = 5, n_boxes: int = 2, confidence: float = CONFIDENCE
) -> Estimate:
    """Customer satisfaction as top-box share (0 to 1); NaN answers are left out.

    Formula: share of answers in the `n_boxes` highest whole steps (4 and 5 of 5 by default).
    Interval and small samples: see `proportion`. Other definitions (mean, points of the possible)
    give other figures: name the definition beside the figure.
    Source: N. Bendle, P. Farris, P. Pfeifer, D. Reibstein (2016), Marketing Metrics, 3rd ed., ch. 2.

    >>> csat([5, 4, 4, 3, 1]).value
    0.6

    Raises:
        InvalidInput: an answer lies outside the scale.
    """
    given = _answers(answers, worst=worst, best=best)
    return proportion(np.count_nonzero(given > best - n_boxes), given.size, confidence=confidence).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Customer effort: `mean` on 1 to 7 with 7 the easiest, `easy_share` (0 to 1) of 5 to 7."""

    mean: Estimate
    easy_share: Estimate


def ces(answers: ArrayLike, *, high_is_easy: bool, confidence: float = CONFIDENCE) -> Effort:
    """Customer effort score of answers on 1 to 7; NaN answers are left out.

    Formula: mean, and share of 5 to 7, after turning the scale where a high answer means much
    effort (x → 8 − x, `high_is_easy=False`). The polarity belongs to the question and must be given:
    the first version asked for effort (low is good), the second for agreement with "made it easy".
    Interval and small samples: see `mean` and `proportion`.
    Source: M. Dixon, K. Freeman, N. Toman (2010), Harvard Business Review 88(7/8):116–122; the
    second version in M. Dixon, N. Toman, R. DeLisi (2013), The Effortless Experience.

    >>> ces([7, 6, 5, 2], high_is_easy=True).easy_share.value
    0.75
    >>> ces([1, 2, 3, 6], high_is_easy=False).easy_share.value
    0.75

    Raises:
        InvalidInput: an answer lies outside 1 to 7.
    """
    given = _answers(answers, worst=1, best=7)
    ease = given if high_is_easy else 8 - given
    return Effort(
        mean=mean(ease, confidence=confidence),
        easy_share=proportion(np.count_nonzero(ease >= 5), ease.size, confidence=confidence).one(),
    )


def _answers(answers: ArrayLike, *, worst: float, best: float) -> Floats:
    """The answers that were given, checked against the scale."""
    values = floats(answers)
    given = values[~np.isnan(values)]
    if bool(np.any((given < worst) | (given > best))):
        raise InvalidInput(f"An answer lies outside the scale of {worst:g} to {best:g}.", field="answers")
    return given
