"""Finds what customers judge and the taxonomy has no term for, in their own words."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick

from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import Kind, compile_lexicon
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.nearest_aspects import NearestAspects
from zhiyin.understand.polarity import PolarityModel, load_polarity
from zhiyin.understand.reading import BatchReading, read_batch
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.text import FoldedBatch, fold_batch
from zhiyin.understand.text.lists import read_words

TEXTS_PER_BATCH = 4_096
MIN_TEXTS = 3
MIN_CONTEXTS = 3
"""Judged by so many words, or between so many signs; less is a phrase that is copied (系统默认好评)."""
N_EXAMPLES = 3
_LONGEST_TEXT = 5_000
_LENGTHS = (2, 3, 4)
_GAP = 4
"""So many signs that say nothing may stand between a thing and its judgement (真的很)."""
_SWALLOWS = 0.6
"""A longer candidate with this share of a shorter one's sightings is the term (冰淇淋 for 淇淋)."""
_WHOLE = 0.3
"""This share of a term's sightings, at least, has nothing else before or after it."""
_TEXTS_A_CONTEXT = 4
"""More texts that say the same make nothing surer."""
_OPEN, _EMPTY, _WALL = 0, 1, 2
_FIRST_HAN, _LAST_HAN = 0x3400, 0x9FFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A term beside a judgement: place in the texts, offsets of the term, polarity, number of the word.

    `at` is where it begins in its batch. `is_loose`: the judgement has no aspect, or that of all the rest.
    """

    text: int
    start: int
    end: int
    at: int
    polarity: int
    word: int
    is_loose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A term that the taxonomy lacks.

    `n_texts` judge it, `n_negative` of these against it; `n_loose` of the judgements have no aspect yet.
    `aspects` are the ids of those that it resembles, the nearest first, with the likeness, 0 to 1.
    """

    term: str
    n_texts: int
    n_negative: int
    n_loose: int
    score: float
    aspects: tuple[tuple[str, float], ...]
    examples: tuple[Sighting, ...]


@dataclass(slots=True)
class _Found:
    """What was seen of one candidate."""

    sightings: list[Sighting] = field(default_factory=list)
    texts: set[int] = field(default_factory=set)
    neighbours: set[str] = field(default_factory=set)
    contexts: set[tuple[str, int]] = field(default_factory=set)
    n_whole: int = 0

    def add(self, sighting: Sighting, *, neighbours: str, is_whole: bool) -> None:
        self.sightings.append(sighting)
        self.texts.add(sighting.text)
        self.neighbours.update(neighbours)
        self.contexts.add((neighbours, sighting.word))
        self.n_whole += is_whole


def find_targets(
    texts: Sequence[str],
    *,
    taxonomy: Taxonomy,
    limit: int = 50,
    not_wanted: frozenset[str] = frozenset(),
    model: PolarityModel | None = None,
    on_progress: Callable[[int], None] = lambda n: None,
) -> list[Target]:
    """Return the terms that many texts judge beside no term of the taxonomy, the most telling first.

    Needs no dictionary: what stands before a judging word (蛋挞很好吃), or after it and 的 (好吃的蛋挞), is
    counted in every length, and a length is taken where it stands on its own. `texts` are masked; some
    100 µs each. `not_wanted` are terms that were turned down; `on_progress` is told how many texts are read.
    """
    known = _known_phrases(taxonomy) | not_wanted
    found, profiles, joined = _gather(
        texts, taxonomy=taxonomy, model=model or load_polarity(), on_progress=on_progress
    )
    kept = {
        gram: one
        for gram, one in found.items()
        if len(one.texts) >= MIN_TEXTS and len(one.contexts) >= MIN_CONTEXTS and gram not in known
    }
    kept = {gram: one for gram, one in kept.items() if _stands_alone(gram, one, among=found)}
    seen = _count(kept, joined=joined)
    targets = [_target(gram, one, n_seen=seen[gram], profiles=profiles) for gram, one in kept.items()]
    return _without_parts(sorted(targets, key=lambda one: (-one.score, one.term)), known=known)[:limit]


def _gather(
    texts: Sequence[str],
    *,
    taxonomy: Taxonomy,
    model: PolarityModel,
    on_progress: Callable[[int], None],
) -> tuple[dict[str, _Found], NearestAspects, list[str]]:
    """What stands beside judgements, how aspects are judged, and the folded texts."""
    lexicon = compile_lexicon(taxonomy)
    found: dict[str, _Found] = defaultdict(_Found)
    profiles, joined = NearestAspects(taxonomy), []
    for first in range(0, len(texts), TEXTS_PER_BATCH):
        folded = fold_batch([text[:_LONGEST_TEXT] for text in texts[first : first + TEXTS_PER_BATCH]])
        languages = np.array(detect_languages(folded), dtype="U4")
        reading = read_batch(folded, languages=languages, lexicon=lexicon, model=model)
        profiles.learn(reading, table=lexicon.words)
        joined.append(folded.joined)
        for sighting, neighbours, is_whole in _Walker(
            folded, reading, table=lexicon.words, first=first
        ).walk():
            one = found[folded.joined[sighting.at : sighting.at + sighting.end - sighting.start]]
            one.add(sighting, neighbours=neighbours, is_whole=is_whole)
        on_progress(first + len(folded))
    return found, profiles, joined


class _Walker:
    """Walks from each judging word of a batch to what it judges."""

    def __init__(self, folded: FoldedBatch, reading: BatchReading, *, table: WordTable, first: int) -> None:
        self._joined = folded.joined
        self._starts = folded.starts
        self._first = first
        self._clause = reading.context.clauses.clause
        self._stops = _mark_stops(folded, reading)
        self._loose = _loose_words(reading, table=table)
        self._reading = reading

    def walk(self) -> Iterator[tuple[Sighting, str, bool]]:
        """Each sighting of a candidate, the signs beside it, and whether it is a whole stretch."""
        words = self._reading.words
        owners = np.searchsorted(self._starts, words.hits.start, side="right") - 1
        columns = (words.hits.start, words.hits.end, words.hits.name, words.turned, owners)
        for start, end, name, turned, text in zip(*(one.tolist() for one in columns), strict=True):
            for begin, stop, is_whole in chain(self._before(start), self._after(end)):
                yield (
                    Sighting(
                        text=self._first + text,
                        start=begin - int(self._starts[text]),
                        end=stop - int(self._starts[text]),
                        at=begin,
                        polarity=(turned > 0) - (turned < 0),
                        word=name,
                        is_loose=start in self._loose,
                    ),
                    self._joined[max(begin - 1, 0)] + self._joined[stop],
                    is_whole,
                )

    def _before(self, word: int) -> Iterator[tuple[int, int, bool]]:
        stop, least = word, max(0, word - _GAP)
        while stop > least and self._stops[stop - 1] == _EMPTY and self._is_clause(stop - 1, word):
            stop -= 1
        begin = stop
        while begin > 0 and self._stops[begin - 1] == _OPEN and self._is_clause(begin - 1, word):
            begin -= 1
        for length in _LENGTHS:
            if stop - length >= begin:
                yield stop - length, stop, stop - length == begin

    def _after(self, word: int) -> Iterator[tuple[int, int, bool]]:
        if self._joined[word : word + 1] != "的":
            return
        begin = stop = word + 1
        while self._stops[stop] == _OPEN and self._is_clause(stop, word):
            stop += 1
        for length in _LENGTHS:
            if begin + length <= stop:
                yield begin, begin + length, begin + length == stop

    def _is_clause(self, place: int, word: int) -> bool:
        return bool(self._clause[place] == self._clause[word])


def _mark_stops(folded: FoldedBatch, reading: BatchReading) -> bytes:
    """For each sign: part of a thing perhaps, without a meaning of its own, or the end of any stretch."""
    is_han = (folded.codes >= _FIRST_HAN) & (folded.codes <= _LAST_HAN)
    marks = np.where(is_han, _OPEN, _WALL).astype(np.uint8)
    for match in _empty_words().finditer(folded.joined):
        marks[match.start() : match.end()] = _EMPTY
    for kind, mark in ((Kind.NEGATION, _EMPTY), (Kind.WORD, _WALL), (Kind.TERM, _WALL)):
        some = reading.hits.of(kind)
        for start, end in zip(some.start.tolist(), some.end.tolist(), strict=True):
            marks[start:end] = mark
    return marks.tobytes()


def _loose_words(reading: BatchReading, *, table: WordTable) -> frozenset[int]:
    """Where judging words begin that have no aspect, or the one of all the rest."""
    opinions = reading.judged.opinions
    is_held = (opinions.word_end > opinions.word_start) & ~table.is_rest[opinions.aspect]
    return frozenset(reading.words.hits.start.tolist()) - frozenset(opinions.word_start[is_held].tolist())


def _stands_alone(gram: str, one: _Found, *, among: Mapping[str, _Found]) -> bool:
    """Whether it is neither a piece of a longer term nor a term with something stuck to it."""
    n = len(one.sightings)
    if one.n_whole < _WHOLE * n:
        return False
    return not any(
        len(longer.sightings) >= _SWALLOWS * n
        for sign in one.neighbours
        for name in (sign + gram, gram + sign)
        if (longer := among.get(name)) is not None
    )


def _count(kept: Mapping[str, _Found], *, joined: Sequence[str]) -> Counter[str]:
    """How often each term stands anywhere in the texts."""
    names = list(kept)
    if not names:
        return Counter()
    automaton = AhoCorasick(names)
    counts = Counter[int]()
    for text in joined:
        counts.update(match[0] for match in automaton.find_matches_as_indexes(text, overlapping=True))
    return Counter({names[number]: n for number, n in counts.items()})


def _target(gram: str, one: _Found, *, n_seen: int, profiles: NearestAspects) -> Target:
    n_loose = sum(sighting.is_loose for sighting in one.sightings)
    share = len(one.sightings) / max(n_seen, len(one.sightings))
    words = Counter(sighting.word for sighting in one.sightings)
    return Target(
        term=gram,
        n_texts=len(one.texts),
        n_negative=len({sighting.text for sighting in one.sightings if sighting.polarity < 0}),
        n_loose=n_loose,
        score=min(len(one.texts) + n_loose, _TEXTS_A_CONTEXT * len(one.contexts)) * math.sqrt(share),
        aspects=profiles.nearest(gram, words=words),
        examples=_examples(one.sightings),
    )


def _examples(sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """From different texts; judgements without an aspect first, then those against."""
    ordered = sorted(sightings, key=lambda one: (not one.is_loose, one.polarity >= 0, one.text))
    by_text = {one.text: one for one in reversed(ordered)}
    return tuple(sorted(by_text.values(), key=ordered.index)[:N_EXAMPLES])


def _without_parts(targets: Sequence[Target], *, known: frozenset[str]) -> list[Target]:
    """Less those that hold a better one, and those that hold a known term."""
    kept: list[Target] = []
    for target in targets:
        if not any(one.term in target.term or target.term in one.term for one in kept):
            kept.append(target)
    return kept


def _known_phrases(taxonomy: Taxonomy) -> frozenset[str]:
    """What the taxonomy names already, or says is no such thing."""
    return frozenset(
        phrase.lower()
        for aspect in taxonomy.aspects
        for phrases in (aspect.terms, aspect.weak_terms, aspect.exclusions)
        for phrase in phrases
    )


@cache
def _empty_words() -> re.Pattern[str]:
    words = sorted(read_words("target_stops.txt"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
