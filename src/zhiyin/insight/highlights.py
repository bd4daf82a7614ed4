"""Customers' words cut into pieces, so that opinions are underlined and hits of a search marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from zhiyin.listen.queries.feedback import OpinionOut

_JOINER = "\u200d"
_SENTENCE_ENDS = frozenset("。！？!?；;\n…")
_LOOK_BACK = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some of the words: within an opinion or not, found by the search or not; `start` in code points."""

    text: str
    start: int
    opinion: OpinionOut | None = None
    is_hit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in pieces: what is shown at once, and what is shown on request."""

    head: list[Piece]
    tail: list[Piece]
    is_cut: bool = False


def mark_up(
    text: str,
    *,
    opinions: Iterable[OpinionOut] = (),
    hits: Iterable[tuple[int, int]] = (),
    start: int = 0,
    end: int | None = None,
) -> list[Piece]:
    """The text from `start` to before `end` in pieces that together are all of it, in order.

    Where opinions overlap, the one that begins later has the words.
    """
    end = len(text) if end is None else min(end, len(text))
    found = sorted(opinions, key=lambda one: (one.start, -one.end))
    marked = sorted(hits)
    edges = {start, end}
    for first, last in [*((one.start, one.end) for one in found), *marked]:
        edges |= {edge for edge in (first, last) if start < edge < end}
    places = sorted(edges)
    return [
        Piece(
            text=text[first:last],
            start=first,
            opinion=next((one for one in reversed(found) if one.start <= first < one.end), None),
            is_hit=any(hit_start <= first < hit_end for hit_start, hit_end in marked),
        )
        for first, last in pairwise(places)
    ]


def cut_words(
    text: str,
    *,
    opinions: Sequence[OpinionOut] = (),
    hits: Sequence[tuple[int, int]] = (),
    limit: int = 240,
    most: int = 4_000,
) -> Words:
    """The text in pieces, the first `limit` signs or so at once, at most `most` in all (`is_cut`).

    A little more than the limit is shown at once: nobody wants to ask for three words.
    """
    size = safe_cut(text, most)
    first = size if size <= limit * 1.3 else nice_cut(text, limit)
    return Words(
        head=mark_up(text, opinions=opinions, hits=hits, end=first),
        tail=mark_up(text, opinions=opinions, hits=hits, start=first, end=size) if first < size else [],
        is_cut=size < len(text),
    )


def nice_cut(text: str, limit: int) -> int:
    """A place near `limit` where a sentence ends, else where a sign does."""
    for place in range(min(limit, len(text)), max(0, limit - _LOOK_BACK), -1):
        if text[place - 1] in _SENTENCE_ENDS:
            return safe_cut(text, place)
    return safe_cut(text, limit)


def safe_cut(text: str, limit: int) -> int:
    """The first place from `limit` on that is not within what people see as one sign (UAX 29, in short).

    >>> safe_cut("好👨‍👩‍👧吃", 2), safe_cut("好吃", 1), safe_cut("好吃", 9)
    (6, 1, 2)
    """
    place = limit
    while 0 < place < len(text) and _goes_on(text, place):
        place += 1
    return min(place, len(text))


def _goes_on(text: str, place: int) -> bool:
    sign = text[place]
    if sign == _JOINER or text[place - 1] == _JOINER or "\ufe00" <= sign <= "\ufe0f":
        return True
    if unicodedata.category(sign).startswith("M") or "\U0001f3fb" <= sign <= "\U0001f3ff":
        return True
    # Two letters of a flag are one sign.
    n_letters = 0
    while n_letters < place and _is_flag_letter(text[place - 1 - n_letters]):
        n_letters += 1
    return _is_flag_letter(sign) and n_letters % 2 == 1


def _is_flag_letter(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
