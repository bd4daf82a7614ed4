"""Opinion words: their polarity, the aspect that they imply, and what they mean beside a term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.lexicon.entries import Entry, Kind
from zhiyin.understand.taxonomy import Taxonomy

_TOO_MUCH_BEFORE = (
    "太",
    "太过",
    "有点",
    "有点儿",
    "有一点",
    "有些",
    "偏",
    "过于",
    "过分",
    "略",
    "稍",
    "稍微有点",
    "稍微",
)
_TOO_MUCH_AFTER = ("了点", "了些", "了一点", "了一些")
_IMPLIED_STRENGTH = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTable:
    """`polarity[word]` -1 to 1; `implied[word]` an aspect or -1; `beside[word, aspect]` -1 to 1 or NaN."""

    words: tuple[str, ...]
    places: dict[str, int]
    polarity: npt.NDArray[np.float32]
    implied: npt.NDArray[np.int32]
    beside: npt.NDArray[np.float32]

    def implies(self, term: Entry) -> bool:
        """Tell whether a term is a word that implies an aspect anyway: 安静 is thing and judgement in one."""
        place = self.places.get(term.phrase.lower())
        return term.kind == Kind.TERM and place is not None and bool(self.implied[place] >= 0)

    def entries(self) -> Iterator[Entry]:
        """Yield an entry for every word."""
        for number, word in enumerate(self.words):
            yield Entry(phrase=word, kind=Kind.WORD, name=number)


def build_words(taxonomy: Taxonomy, *, judgements: dict[str, float]) -> WordTable:
    """Return the table of general `judgements` and the taxonomy's own words, which come first."""
    polarity = dict(judgements)
    implied: dict[str, int] = {}
    beside: dict[tuple[str, int], float] = {}
    for number, aspect in enumerate(taxonomy.aspects):
        for sign, sure, with_term in (
            (1.0, aspect.positive, aspect.positive_with_term),
            (-1.0, (*aspect.negative, *_too_much(aspect.too_much)), aspect.negative_with_term),
        ):
            for word in sure:
                if word.lower() not in implied:
                    implied[word.lower()] = number
                    polarity[word.lower()] = sign * _IMPLIED_STRENGTH
                beside[word.lower(), number] = sign * _IMPLIED_STRENGTH
            for word in with_term:
                polarity.setdefault(word.lower(), 0.0)
                beside[word.lower(), number] = sign * _IMPLIED_STRENGTH
    return _table(polarity, implied=implied, beside=beside, n_aspects=len(taxonomy.aspects))


def _too_much(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        yield from (before + word for before in _TOO_MUCH_BEFORE)
        yield from (word + after for after in _TOO_MUCH_AFTER)


def _table(
    polarity: dict[str, float],
    *,
    implied: dict[str, int],
    beside: dict[tuple[str, int], float],
    n_aspects: int,
) -> WordTable:
    words = tuple(polarity)
    places = {word: place for place, word in enumerate(words)}
    matrix = np.full((len(words), max(n_aspects, 1)), np.nan, dtype=np.float32)
    for (word, aspect), value in beside.items():
        matrix[places[word], aspect] = value
    return WordTable(
        words=words,
        places=places,
        polarity=np.array([polarity[word] for word in words], dtype=np.float32),
        implied=np.array([implied.get(word, -1) for word in words], dtype=np.int32),
        beside=matrix,
    )
