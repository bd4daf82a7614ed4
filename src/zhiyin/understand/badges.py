"""Staff named in Latin letters or by a badge behind their post: 前台Lily, 服务员c1083."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from zhiyin.understand.text.lists import read_rows

Ints = npt.NDArray[np.int64]

_FIRST_LETTER, _LAST_LETTER = ord("a"), ord("z")
_SHORTEST, _LONGEST = 3, 10
_PLANE = 1 << 16


def find_badges(codes: npt.NDArray[np.uint32], *, joined: str) -> Ints:
    """Return start and end of each name or badge, a row each; `codes` are the signs of `joined`."""
    is_letter = (codes >= _FIRST_LETTER) & (codes <= _LAST_LETTER)
    begins = np.flatnonzero(is_letter[2:] & (codes[1:-1] > _LAST_LETTER)) + 2
    keys = (codes[begins - 2].astype(np.int64) << 16) | codes[begins - 1].astype(np.int64)
    begins = begins[np.isin(keys, _posts()) & (codes[begins - 2] < _PLANE) & (codes[begins - 1] < _PLANE)]
    found = []
    for begin in begins.tolist():
        word = _word(joined[begin : begin + _LONGEST + 1])
        if _SHORTEST <= len(word) <= _LONGEST and word not in _no_names():
            found.append((begin, begin + len(word)))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _word(text: str) -> str:
    for place, sign in enumerate(text):
        if not (sign.isascii() and sign.isalnum()):
            return text[:place]
    return text


@cache
def _posts() -> Ints:
    """Return the last two signs of every post, as one number each."""
    posts = [word for role, words in read_rows("badges.tsv") if role == "post" for word in words.split(" ")]
    return np.array(sorted({(ord(post[-2]) << 16) | ord(post[-1]) for post in posts}), dtype=np.int64)


@cache
def _no_names() -> frozenset[str]:
    return frozenset(
        word for role, words in read_rows("badges.tsv") if role == "none" for word in words.split(" ")
    )
