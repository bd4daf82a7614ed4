"""Digits of every writing: 138, 一三八, 幺三八, and the places where many of them stand together."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.table import N_CODE_POINTS

# Folded signs that are read out as a digit; 两 and 十 are amounts, not digits of a number.
_READ_AS = {
    **{sign: digit for digit, sign in enumerate("0123456789")},
    **{sign: digit for digit, sign in enumerate("零一二三四五六七八九")},
    **{sign: digit for digit, sign in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "幺": 1,
}
_TRANSLATION = {ord(sign): str(digit) for sign, digit in _READ_AS.items()}
_MAX_GAP = 4  # up to three signs between digits of one number: "138 - 1234"


@cache
def _is_digit() -> NDArray[np.bool_]:
    table = np.zeros(N_CODE_POINTS, dtype=bool)
    table[[ord(sign) for sign in _READ_AS]] = True
    return table


def as_digits(part: str) -> str:
    """Return the part with Chinese digits as 0 to 9, of the same length."""
    return part if part.isascii() else part.translate(_TRANSLATION)


def match_read(pattern: re.Pattern[str], part: str) -> re.Match[str] | None:
    """Match the part as written, else with its Chinese digits read: 一 in 卡号6222一直 is no digit."""
    return pattern.match(part) or pattern.match(as_digits(part))


def find_digit_groups(codes: NDArray[np.uint32], *, min_digits: int) -> list[tuple[int, int]]:
    """Return `[start, end)` of each group of digits that stand close together, if it has enough of them."""
    places = np.flatnonzero(_is_digit()[codes])
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > _MAX_GAP) + 1
    first = np.concatenate(([0], breaks))
    last = np.concatenate((breaks, [len(places)])) - 1
    is_long = last - first + 1 >= min_digits
    return list(zip(places[first[is_long]].tolist(), (places[last[is_long]] + 1).tolist(), strict=True))
