"""Finds phrases of the word lists in one pass, whatever their number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import ahocorasick_rs

from zhiyin.knowledge.plain.report import Code
from zhiyin.knowledge.plain.texts import Text, fold

_BRACKETS = re.compile(r"[()]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase of a list as one writes it: `(a|b|)` one of these, `…` some signs of the same sentence.

    `unless`: words that make it harmless in the same sentence; `@time` stands for a named time.
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


def expand(pattern: str) -> list[tuple[str, ...]]:
    """Every way to write the pattern, cut at its gaps.

    >>> expand("(您|你)没看…说明")
    [('您没看', '说明'), ('你没看', '说明')]
    """
    pieces = _BRACKETS.split(pattern)
    ways = [piece.split("|") if place % 2 else [piece] for place, piece in enumerate(pieces)]
    return [tuple(fold("".join(one)).split("…")) for one in product(*ways)]


class Phrases:
    """A list of phrases, compiled."""

    def __init__(self, phrases: Sequence[Phrase], *, gap: int) -> None:
        """`gap`: signs that `…` of a phrase may stand for, at most."""
        self._gap = gap
        ways = [(phrase, parts) for phrase in phrases for parts in expand(phrase.find)]
        self._parts = sorted({part for _phrase, parts in ways for part in parts})
        numbers = {part: number for number, part in enumerate(self._parts)}
        self._ways = [(phrase, tuple(numbers[part] for part in parts)) for phrase, parts in ways]
        self._by_first: dict[int, list[tuple[Phrase, tuple[int, ...]]]] = {}
        for phrase, parts in self._ways:
            self._by_first.setdefault(parts[0], []).append((phrase, parts))
        self._machine = ahocorasick_rs.AhoCorasick(self._parts)

    def find(self, text: Text, *, has_time: Callable[[int], bool]) -> list[Match]:
        """The phrases in the text; of those of one code that overlap, the longest. Linear in the signs."""
        places: dict[int, list[int]] = {}
        for number, start, end in self._machine.find_matches_as_indexes(text.folded, overlapping=True):
            if _is_whole(text.folded, start, end):
                places.setdefault(number, []).append(start)
        harmless = _Harmless(text, has_time=has_time)
        found = [
            Match(phrase=phrase, start=start, end=end)
            for first in places
            for phrase, parts in self._by_first.get(first, ())
            for start, end in self._chains(parts, places=places, text=text)
            if not harmless.is_so(phrase, start)
        ]
        return longest(found)

    def _chains(
        self, parts: tuple[int, ...], *, places: dict[int, list[int]], text: Text
    ) -> list[tuple[int, int]]:
        found = []
        for start in places[parts[0]]:
            end: int | None = start + len(self._parts[parts[0]])
            sentence = text.sentences[text.sentence_at(start)] if text.sentences else (0, 0)
            for part in parts[1:]:
                end = self._next(part, after=end, before=sentence[1], places=places)
                if end is None:
                    break
            if end is not None:
                found.append((start, end))
        return found

    def _next(self, part: int, *, after: int | None, before: int, places: dict[int, list[int]]) -> int | None:
        """The end of the part where it follows within the gap."""
        if after is None:
            return None
        starts = places.get(part, [])
        place = bisect_left(starts, after)
        if place == len(starts) or starts[place] - after > self._gap:
            return None
        end = starts[place] + len(self._parts[part])
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
            self._known[key] = any(
                self._has_time(key[1]) if one == "@time" else fold(one) in words for one in phrase.unless
            )
        return self._known[key]


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
