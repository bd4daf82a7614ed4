"""Opinion words: their polarity, the aspect that they imply, and what they mean beside a term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.lexicon.entries import Entry, Kind
from zhiyin.understand.lexicon.files import word_group
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
    """`polarity[word]` -1 to 1; `implied[word]` an aspect or -1; `beside[word, aspect]` -1 to 1 or NaN.

    `yields[word]`: what it implies gives way to a thing named in its clause (漂亮, 太少). `is_degree[word]`:
    it only strengthens a word that follows at once; `is_final[word]`: it judges only where its clause ends;
    `is_speedy[word]`: it praises speed; `is_middling[word]`: of a thing it says neither good nor bad.
    `fallback` is the aspect of judgements on nothing that is named, -1 if the taxonomy has none, and
    `is_rest[aspect]` tells it and its children. `parts[aspect]` are the aspects that its terms speak of;
    `praises[aspect]`: its mere mention is praise.
    """

    words: tuple[str, ...]
    places: dict[str, int]
    polarity: npt.NDArray[np.float32]
    implied: npt.NDArray[np.int32]
    beside: npt.NDArray[np.float32]
    yields: npt.NDArray[np.bool_]
    is_degree: npt.NDArray[np.bool_]
    is_final: npt.NDArray[np.bool_]
    is_speedy: npt.NDArray[np.bool_]
    is_middling: npt.NDArray[np.bool_]
    fallback: int
    is_rest: npt.NDArray[np.bool_]
    parts: tuple[tuple[int, ...], ...]
    praises: npt.NDArray[np.bool_]

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
    yielding = set(word_group("yielding"))
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
                yielding.add(word.lower())
                polarity.setdefault(word.lower(), 0.0)
                beside[word.lower(), number] = sign * _IMPLIED_STRENGTH
        plain = tuple(word for word in aspect.too_much if word not in aspect.negative)
        yielding.update(word.lower() for word in _too_much(plain))
    return _table(polarity, implied=implied, beside=beside, yielding=yielding, taxonomy=taxonomy)


def _parts(taxonomy: Taxonomy) -> tuple[tuple[int, ...], ...]:
    """Return for each aspect those that its terms speak of: itself, or its children if it is their sum."""
    places = {aspect.id: place for place, aspect in enumerate(taxonomy.aspects)}
    children: dict[int, list[int]] = {}
    for place, aspect in enumerate(taxonomy.aspects):
        if aspect.parent is not None:
            children.setdefault(places[aspect.parent], []).append(place)
    return tuple(
        tuple(children[place]) if aspect.speaks_of_children and place in children else (place,)
        for place, aspect in enumerate(taxonomy.aspects)
    )


def _rest(taxonomy: Taxonomy) -> npt.NDArray[np.bool_]:
    """Tell for each aspect whether it takes the rest or is a child of one that does."""
    chosen: set[str] = set()
    for aspect in taxonomy.aspects:
        if aspect.takes_the_rest or aspect.parent in chosen:
            chosen.add(aspect.id)
    return np.array([aspect.id in chosen for aspect in taxonomy.aspects], dtype=bool)


def _too_much(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        yield from (before + word for before in _TOO_MUCH_BEFORE)
        yield from (word + after for after in _TOO_MUCH_AFTER)


def _table(
    polarity: dict[str, float],
    *,
    implied: dict[str, int],
    beside: dict[tuple[str, int], float],
    yielding: set[str],
    taxonomy: Taxonomy,
) -> WordTable:
    words = tuple(polarity)
    strengthening, final = word_group("degree"), word_group("final")
    speedy, middling = word_group("speedy"), word_group("middling")
    places = {word: place for place, word in enumerate(words)}
    matrix = np.full((len(words), max(len(taxonomy.aspects), 1)), np.nan, dtype=np.float32)
    for (word, aspect), value in beside.items():
        matrix[places[word], aspect] = value
    return WordTable(
        words=words,
        places=places,
        polarity=np.array([polarity[word] for word in words], dtype=np.float32),
        implied=np.array([implied.get(word, -1) for word in words], dtype=np.int32),
        beside=matrix,
        yields=np.array([word in yielding for word in words], dtype=bool),
        is_degree=np.array([word in strengthening for word in words], dtype=bool),
        is_final=np.array([word in final for word in words], dtype=bool),
        is_speedy=np.array([word in speedy for word in words], dtype=bool),
        is_middling=np.array([word in middling for word in words], dtype=bool),
        fallback=next((n for n, aspect in enumerate(taxonomy.aspects) if aspect.takes_the_rest), -1),
        is_rest=_rest(taxonomy),
        parts=_parts(taxonomy),
        praises=np.array([aspect.mention_praises for aspect in taxonomy.aspects], dtype=bool),
    )
