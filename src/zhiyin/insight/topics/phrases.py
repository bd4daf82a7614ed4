"""The phrases of texts: runs of one to four words without anything between them, each with a stable key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Words64 = NDArray[np.uint64]

MAX_WORDS = 4
_MAX_HAN, _MAX_LATIN = 12, 40
_BREAK, _OPENER, _CONTENT = np.uint8(0), np.uint8(1), np.uint8(2)

# Odd, so that it has an inverse modulo 2^64: the key of a substring is taken from sums over the whole.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 2**64)
_MIX = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Every phrase of a batch of texts, once a text: its `text`, its `key`, and where it stands in `joined`.

    The same letters have the same key (64 bits) in every batch, process and version; case does not
    count. Sorted by key, then by text.
    """

    joined: str
    n_texts: int
    text: Places
    key: Places
    start: Places
    end: Places

    def words_at(self, place: int) -> str:
        """The phrase, as it is written there."""
        return self.joined[self.start[place] : self.end[place]]


def find_phrases(texts: Sequence[str]) -> Phrases:
    """The phrases of the texts. About 60 µs a text of 60 signs; results do not depend on the batch."""
    joined = "\n".join(text.replace("\n", " ").replace("\r", " ") for text in texts) + "\n"
    import rjieba  # slow to load: it reads its dictionary

    words = rjieba.cut(joined)
    kinds = np.fromiter(map(_kinds().__getitem__, words), np.uint8, len(words))
    ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    starts = ends - np.diff(ends, prepend=0)
    is_latin = np.fromiter((word[0] < "\u0250" for word in words), np.bool_, len(words))
    is_space = np.fromiter((word == " " for word in words), np.bool_, len(words))
    kept = ~_glue(is_space, is_latin=is_latin, kinds=kinds)
    first, last = _runs(kinds[kept], is_latin=is_latin[kept], starts=starts[kept], ends=ends[kept])
    start, end = starts[kept][first], ends[kept][last]
    keys = _keys(joined, start=start, end=end)
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    text = np.searchsorted(np.cumsum(lengths), start, side="right")
    return _once_a_text(joined, n_texts=len(texts), text=text, key=keys, start=start, end=end)


def keys_of(phrases: Sequence[str]) -> Places:
    """The keys of phrases, as `find_phrases` gives them."""
    joined = "".join(phrases)
    ends = np.cumsum(np.fromiter(map(len, phrases), np.int64, len(phrases)))
    return _keys(joined, start=ends - np.diff(ends, prepend=0), end=ends)


class _Kinds(dict[str, np.uint8]):
    """The kind of each word, told once; forgets when it has seen too many."""

    def __missing__(self, word: str) -> np.uint8:
        if len(self) > 500_000:
            self.clear()
        kind = self[word] = _kind_of(word)
        return kind


@cache
def _kinds() -> _Kinds:
    return _Kinds()


def _kind_of(word: str) -> np.uint8:
    small = word.lower()
    if not any(sign.isalpha() for sign in small) or any(sign.isdigit() for sign in small):
        return _BREAK
    if small in _words("function_words.txt"):
        return _BREAK
    if small in _words("openers.txt"):
        return _OPENER
    return _CONTENT if all(sign.isalpha() or sign in "'-" for sign in small) else _BREAK


@cache
def _words(name: str) -> frozenset[str]:
    lines = files("zhiyin.insight.topics").joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def look_up(keys: Places, *, known: Places, n: Places) -> Places:
    """How often each key stands among the `known` ones (ascending, each `n` times); 0 for the others."""
    if not len(known):
        return np.zeros(len(keys), np.int64)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, n[place], 0)


def _glue(is_space: NDArray[np.bool_], *, is_latin: NDArray[np.bool_], kinds: Bytes) -> NDArray[np.bool_]:
    """Spaces between two Latin words, which are part of the phrase and no word of it."""
    between = np.zeros(len(is_space), np.bool_)
    says = is_latin & (kinds != _BREAK)
    between[1:-1] = is_space[1:-1] & says[:-2] & says[2:]
    return between


def _runs(
    kinds: Bytes, *, is_latin: NDArray[np.bool_], starts: Places, ends: Places
) -> tuple[Places, Places]:
    """First and last word of each phrase: words that end in one of content, none of them a break."""
    n_breaks = np.concatenate(([0], np.cumsum(kinds == _BREAK)))
    firsts, lasts = [], []
    for n_words in range(1, MAX_WORDS + 1):
        first = np.arange(len(kinds) - n_words + 1)
        last = first + n_words - 1
        is_whole = (n_breaks[last + 1] == n_breaks[first]) & (kinds[last] == _CONTENT)
        first, last = first[is_whole], last[is_whole]
        length = ends[last] - starts[first]
        is_fit = (length >= 2) & (length <= np.where(is_latin[first], _MAX_LATIN, _MAX_HAN))
        firsts.append(first[is_fit])
        lasts.append(last[is_fit])
    return np.concatenate(firsts), np.concatenate(lasts)


def _keys(joined: str, *, start: Places, end: Places) -> Places:
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    codes = np.where((codes >= 65) & (codes <= 90), codes + np.uint64(32), codes)
    powers, inverse = _powers(_BASE, len(codes) + 1), _powers(_INVERSE, len(codes) + 1)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(codes * powers[:-1])))
    mixed = (sums[end] - sums[start]) * inverse[start]
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX
    keys: Places = (mixed ^ (mixed >> np.uint64(32))).view(np.int64)
    return keys


def _powers(base: int, n: int) -> Words64:
    powers = np.full(n, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


def _once_a_text(
    joined: str, *, n_texts: int, text: Places, key: Places, start: Places, end: Places
) -> Phrases:
    order = np.lexsort((text, key))
    text, key, start, end = text[order], key[order], start[order], end[order]
    is_first = np.ones(len(key), np.bool_)
    is_first[1:] = (key[1:] != key[:-1]) | (text[1:] != text[:-1])
    return Phrases(
        joined=joined,
        n_texts=n_texts,
        text=text[is_first],
        key=key[is_first],
        start=start[is_first],
        end=end[is_first],
    )
