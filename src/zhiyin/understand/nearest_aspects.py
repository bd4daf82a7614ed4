"""Which aspect a new term belongs to, by how the terms of each are judged and how they are written."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.reading import BatchReading
from zhiyin.understand.taxonomy import Aspect, Taxonomy

_N_NEAREST = 3
_SMOOTHING = 20.0
"""So many judgements as those of all aspects are added to each aspect's own."""
_FEWEST = 5
"""Of an aspect that fewer judgements are known of, nothing can be said."""
_MOST_WORDS = 6.0
"""More judgements of one term than these make nothing surer: they are of one kind."""
_PRIOR, _SPELLING = 0.5, 3.0
"""Weights of how often an aspect is spoken of, and of the spelling (羊肉 beside 牛肉), in log odds."""


class NearestAspects:
    """Learns from readings by which words the aspects are judged; then tells which are the nearest."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._ids = [one.id for one in taxonomy.aspects]
        self._judged: dict[str, Counter[int]] = {
            one.id: Counter() for one in taxonomy.aspects if not one.takes_the_rest
        }
        self._spelt = {one.id: _spell(one) for one in taxonomy.aspects if not one.takes_the_rest}
        self._all = Counter[int]()

    def learn(self, reading: BatchReading, *, table: WordTable) -> None:
        """Count the judging words of each aspect."""
        opinions, words = reading.judged.opinions, reading.words.hits
        names = dict(zip(words.start.tolist(), words.name.tolist(), strict=True))
        rows = opinions.aspect.tolist(), opinions.word_start.tolist(), opinions.word_end.tolist()
        for aspect, start, end in zip(*rows, strict=True):
            if end > start and start in names and self._ids[aspect] in self._judged:
                self._judged[self._ids[aspect]][names[start]] += 1
                self._all[names[start]] += 1

    def nearest(self, term: str, *, words: Counter[int]) -> tuple[tuple[str, float], ...]:
        """The ids of the aspects that are judged and written most alike, with their probability.

        Naive Bayes over the judging words, the spelling beside it.
        """
        shares = _shares(words)
        odds = {
            aspect: _PRIOR * math.log((1 + counts.total()) / (1 + self._all.total()))
            + sum(share * self._evidence(word, counts) for word, share in shares.items())
            + _SPELLING * _likeness(term, self._spelt[aspect])
            for aspect, counts in self._judged.items()
            if counts.total() >= _FEWEST
        }
        top = max(odds.values(), default=0.0)
        total = sum(math.exp(one - top) for one in odds.values())
        nearest = sorted(odds, key=lambda aspect: -odds[aspect])[:_N_NEAREST]
        return tuple((aspect, round(math.exp(odds[aspect] - top) / total, 3)) for aspect in nearest)

    def _evidence(self, word: int, counts: Counter[int]) -> float:
        """How much likelier the word is of this aspect than of any, as a logarithm."""
        expected = (1 + self._all[word]) / (1 + self._all.total())
        return math.log((counts[word] + _SMOOTHING * expected) / (counts.total() + _SMOOTHING) / expected)


def _shares(words: Mapping[int, int]) -> dict[int, float]:
    total = sum(words.values())
    return {word: n / total * min(total, _MOST_WORDS) for word, n in words.items()}


def _spell(aspect: Aspect) -> Counter[str]:
    """How many of its terms end with each sign, and hold each pair of signs."""
    return Counter(mark for term in {*aspect.terms, *aspect.weak_terms} for mark in _marks(term.lower()))


def _marks(term: str) -> set[str]:
    return {f"{term[-1]}$", *(term[place : place + 2] for place in range(len(term) - 1))}


def _likeness(term: str, spelt: Counter[str]) -> float:
    """The share of the term's marks that the aspect's terms have, too; one alone counts half."""
    marks = _marks(term)
    return sum(1 - 0.5 ** spelt[mark] for mark in marks) / len(marks)
