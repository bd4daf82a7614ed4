"""Which words stand out in some texts against others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from zhiyin.measure.estimate import Floats, floats

_CLEAR = 10.83
_SAME = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWord:
    """A word, in how many texts it stands and in how many it would by the other texts; `score` is G²."""

    word: str
    n: int
    expected: float
    score: float


def log_likelihood(n: Floats, other: Floats, *, total: float, other_total: float) -> Floats:
    """Dunning's G² that a word is as frequent in one group of texts as in the other, signed by direction.

    Formula: G² = 2 (a ln(a/E₁) + b ln(b/E₂)), E₁ = N₁ (a + b)/(N₁ + N₂), E₂ likewise; above 0 where a is
    more than expected. Valid range: counts of texts, both groups not empty. Small samples: better than χ²
    for rare words; below 5 it still overstates.
    Source: T. Dunning (1993), Computational Linguistics 19(1):61–74.

    >>> log_likelihood(np.array([10.0]), np.array([5.0]), total=100, other_total=1000).round(2).tolist()
    [29.82]
    """
    a, b = floats(n), floats(other)
    rate = (a + b) / (total + other_total)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            np.where(seen > 0, seen * np.log(seen / (whole * rate)), 0.0)
            for seen, whole in ((a, total), (b, other_total))
        ]
    score: Floats = np.sign(a / total - b / other_total) * 2 * (parts[0] + parts[1])
    return score


def key_words(
    texts: Sequence[Iterable[str]], against: Sequence[Iterable[str]], *, limit: int = 8, least: int = 3
) -> list[KeyWord]:
    """The words that stand out in `texts` (each as its words) against `against`; strongest first.

    A word counts once a text, and only from `least` texts and G² of 10.83 (p < 0.001) on. Of words that
    stand in nearly the same texts the strongest alone is told, of equally strong ones the longest.

    >>> now = [["syrup", "sour"], ["sour"], ["sour", "cup"], ["cup"]]
    >>> [(one.word, one.n) for one in key_words(now, [["cup"], ["nice"]] * 20)]
    [('sour', 3)]
    """
    if not texts or not against:
        return []
    here: dict[str, set[int]] = {}
    for place, text in enumerate(texts):
        for word in set(text):
            here.setdefault(word, set()).add(place)
    there = Counter(word for text in against for word in set(text))
    words = [word for word, places in here.items() if len(places) >= least]
    if not words:
        return []
    n = np.array([len(here[word]) for word in words], float)
    other = np.array([there[word] for word in words], float)
    score = log_likelihood(n, other, total=len(texts), other_total=len(against))
    chosen: list[KeyWord] = []
    for place in np.lexsort((-np.array([len(word) for word in words]), -score)):
        word = words[place]
        if score[place] < _CLEAR or len(chosen) >= limit:
            break
        if any(len(here[word] & here[one.word]) > _SAME * len(here[word]) for one in chosen):
            continue
        chosen.append(
            KeyWord(
                word=word,
                n=len(here[word]),
                expected=float(other[place] * len(texts) / len(against)),
                score=float(score[place]),
            )
        )
    return chosen
