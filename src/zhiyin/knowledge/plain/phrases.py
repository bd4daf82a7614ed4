"""Finds phrases of the word lists in one pass, whatever their number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import ahocorasick_rs

from zhiyin.knowledge.plain.report import Code
from zhiyin.knowledge.plain.texts import Text, fold

_BRACKETS = re.compile(r"[()]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase of a list as one writes it: `(a|b|)` one of these, `…` some signs of the same sentence.

    `unless`: words that make it harmless in the same sentence; `@time` stands for a named time, `@near` for
    one there or in the sentence before.
    """

    code: Code
    find: str
    better: str
    unless: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a phrase stands."""

    phrase: Phrase
    start: int
    end: int


def expand(pattern: str) -> list[list[str]]:
    """The parts of the pattern between its gaps, each in every way to write it.

    >>> expand("(您|你)没看…说明")
    [['您没看', '你没看'], ['说明']]
    """
    return [_ways(part) for part in pattern.split("…")]


def _ways(part: str) -> list[str]:
    pieces = _BRACKETS.split(part)
    choices = [piece.split("|") if place % 2 else [piece] for place, piece in enumerate(pieces)]
    return [fold("".join(one)) for one in product(*choices)]


class Phrases:
    """A list of phrases, compiled."""

    def __init__(self, phrases: Sequence[Phrase], *, gap: int) -> None:
        """`gap`: signs that `…` of a phrase may stand for, at most."""
        self._gap = gap
        self._chains: list[tuple[Phrase, list[int]]] = []
        numbers: dict[str, list[int]] = {}
        n_parts = 0
        for phrase in phrases:
            parts = expand(phrase.find)
            self._chains.append((phrase, list(range(n_parts, n_parts + len(parts)))))
            for ways in parts:
                for words in ways:
                    numbers.setdefault(words, []).append(n_parts)
                n_parts += 1
        self._numbers = list(numbers.values())
        self._machine = ahocorasick_rs.AhoCorasick(list(numbers))

    def find(self, text: Text, *, has_time: Callable[[int], bool]) -> list[Match]:
        """The phrases in the text; of those of one code that overlap, the longest. Linear in the signs."""
        places: dict[int, list[tuple[int, int]]] = {}
        for number, start, end in self._machine.find_matches_as_indexes(text.folded, overlapping=True):
            if _is_whole(text.folded, start, end):
                for part in self._numbers[number]:
                    places.setdefault(part, []).append((start, end))
        for found in places.values():
            found.sort()
        harmless = _Harmless(text, has_time=has_time)
        return longest(
            [
                Match(phrase=phrase, start=start, end=end)
                for phrase, parts in self._chains
                for start, end in self._follow(parts, places=places, text=text)
                if not harmless.is_so(phrase, start)
            ]
        )

    def _follow(
        self, parts: Sequence[int], *, places: Mapping[int, list[tuple[int, int]]], text: Text
    ) -> list[tuple[int, int]]:
        """Where the parts stand one after the other, each within the gap and the sentence."""
        found = []
        for start, first_end in places.get(parts[0], ()):
            end: int | None = first_end
            last = text.sentences[text.sentence_at(start)][1] if len(parts) > 1 and text.sentences else 0
            for part in parts[1:]:
                end = None if end is None else self._next(places.get(part, []), after=end, before=last)
            if end is not None:
                found.append((start, end))
        return found

    def _next(self, places: Sequence[tuple[int, int]], *, after: int, before: int) -> int | None:
        """The end of the first part that begins within the gap."""
        place = bisect_left(places, (after, 0))
        if place == len(places) or places[place][0] - after > self._gap:
            return None
        end = places[place][1]
        return end if end <= before else None


class _Harmless:
    """Whether the sentence of a match makes it harmless; asked once a sentence and phrase."""

    def __init__(self, text: Text, *, has_time: Callable[[int], bool]) -> None:
        self._text, self._has_time = text, has_time
        self._known: dict[tuple[int, int], bool] = {}

    def is_so(self, phrase: Phrase, start: int) -> bool:
        if not phrase.unless:
            return False
        key = (id(phrase), self._text.sentence_at(start))
        if key not in self._known:
            words = self._text.words_of(key[1])
            self._known[key] = any(self._holds(one, words=words, at=key[1]) for one in phrase.unless)
        return self._known[key]

    def _holds(self, unless: str, *, words: str, at: int) -> bool:
        if unless == "@time":
            return self._has_time(at)
        if unless == "@near":
            return self._has_time(at) or (at > 0 and self._has_time(at - 1))
        return fold(unless) in words


def longest(matches: Sequence[Match]) -> list[Match]:
    """Of overlapping matches of one code the longest, in the order of their places."""
    kept: list[Match] = []
    last_end: dict[Code, int] = {}
    for one in sorted(matches, key=lambda match: (match.phrase.code, match.start, -match.end)):
        if one.start >= last_end.get(one.phrase.code, 0):
            kept.append(one)
            last_end[one.phrase.code] = one.end
        elif kept[-1].start == one.start:
            continue
        elif one.end > last_end[one.phrase.code]:
            # It begins within the one before and goes on: both are one place to mend.
            before = kept.pop()
            kept.append(Match(phrase=before.phrase, start=before.start, end=one.end))
            last_end[one.phrase.code] = one.end
    return sorted(kept, key=lambda match: (match.start, match.end))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether Latin words are matched whole."""
    if start and _is_latin(text[start]) and _is_latin(text[start - 1]):
        return False
    return not (end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end]))


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
