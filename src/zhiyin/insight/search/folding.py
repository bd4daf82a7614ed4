"""Signs that count as the same in a search: case, width, simplified and traditional Chinese."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.table import folding_table

Codes = NDArray[np.uint32]


def fold(text: str) -> str:
    """The text sign by sign as it is compared; its length stays.

    >>> fold("服務ＷiFi")
    '服务wifi'
    """
    return folding_table()[_codes(text)].tobytes().decode("utf-32-le", errors="replace")


def fold_codes(text: str) -> Codes:
    """Code points of the folded text."""
    return folding_table()[_codes(text)]


def spellings(word: str, *, most: int) -> list[str] | None:
    """Every text that folds to the folded word, None where there are more than `most`.

    >>> spellings("服务", most=8)
    ['服务', '服務']
    """
    ways = [variants(sign) for sign in word]
    n = 1
    for some in ways:
        n *= len(some)
        if n > most:
            return None
    return ["".join(signs) for signs in product(*ways)]


def pattern(word: str) -> str:
    """A regular expression (RE2) for every text that folds to the folded word."""
    return "".join(f"[{_ranges(sign)}]" for sign in word)


@cache
def variants(sign: str) -> tuple[str, ...]:
    """The signs that fold to this one, itself first."""
    codes = _sources().get(ord(sign), [])
    return (sign, *(chr(code) for code in codes if code != ord(sign)))


@cache
def _ranges(sign: str) -> str:
    """The variants as the inside of a class: runs of neighbours, each sign by its number."""
    codes = np.array(sorted(ord(one) for one in variants(sign)))
    runs = np.split(codes, np.flatnonzero(np.diff(codes) > 1) + 1)
    return "".join(f"\\x{{{run[0]:x}}}-\\x{{{run[-1]:x}}}" for run in runs)


@cache
def _sources() -> dict[int, list[int]]:
    """For each sign that others fold to, these; no surrogates, which no stored text holds."""
    table = folding_table()
    changed = np.flatnonzero(table != np.arange(len(table)))
    changed = changed[(changed < 0xD800) | (changed > 0xDFFF)]
    found: dict[int, list[int]] = {}
    for code, target in zip(changed.tolist(), table[changed].tolist(), strict=True):
        found.setdefault(target, []).append(code)
    return found


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype=np.uint32)
