"""What judging words and opinions come to in each text: their balance, and the sum of either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhiyin.understand.opinions import Opinions

if TYPE_CHECKING:
    from zhiyin.understand.sentiment import WordEvidence

OPINION_WEIGHT = 1.0
"""What an opinion counts where it stands in for a judging word."""

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


def balance_of(
    words: WordEvidence, *, starts: Ints, good: Doubles, bad: Doubles
) -> tuple[Doubles, Doubles, npt.NDArray[np.bool_]]:
    """Return for each text the balance of its judging words, how many there are, whether opinions stand in.

    Words that judge only beside their term (价格高) have no polarity of their own; where a text has no
    others, its opinions stand in for them.
    """
    n_texts = len(starts) - 1
    owner = np.searchsorted(starts, words.hits.start, side="right") - 1
    n_words = np.bincount(owner, weights=words.turned != 0, minlength=n_texts)
    summed = np.bincount(owner, weights=words.turned * words.weight, minlength=n_texts)
    balance = summed / np.sqrt(np.maximum(n_words, 1))
    is_by_opinion = (n_words == 0) & (good + bad > 0)
    by_opinion = OPINION_WEIGHT * (good - bad) / np.sqrt(np.maximum(good + bad, 1))
    said = np.where(is_by_opinion, good + bad, n_words)
    return np.where(is_by_opinion, by_opinion, balance), said, is_by_opinion


def judged_once(opinions: Opinions) -> Ints:
    """Return the opinions with a word, those given to several parts of a sum only once."""
    is_again = np.zeros(len(opinions), dtype=bool)
    is_again[1:] = (np.diff(opinions.word_start) == 0) & (np.diff(opinions.term_start) == 0)
    return np.flatnonzero((opinions.word_end > opinions.word_start) & ~is_again)


def sides_of(opinions: Opinions, *, n_texts: int) -> tuple[Doubles, Doubles]:
    """Return for each text the summed confidence of its positive and of its negative judgements.

    A judgement on a sum (环境不错) counts once, whatever number of parts it was given to.
    """
    judged = opinions.take(judged_once(opinions))
    good, bad = (
        np.bincount(judged.text, weights=judged.confidence * (judged.polarity == side), minlength=n_texts)
        for side in (1, -1)
    )
    return good.astype(np.float64), bad.astype(np.float64)
