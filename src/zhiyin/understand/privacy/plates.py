"""Licence plates of mainland China, new energy ones included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.table import N_CODE_POINTS

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_SIGN = "[a-hj-np-z0-9]"
# Five signs with at most two letters; new energy: six, the letter first or last; or a mark at the end.
_PLATE = re.compile(
    rf"[{_PROVINCES}][a-hj-np-z][ ·.-]?"
    rf"(?:[a-hjk]{_SIGN}[0-9]{{4}}|[0-9]{{5}}[a-hjk]|{_SIGN}{{5}}[挂港澳]?|{_SIGN}{{4}}[挂学警港澳使领])"
    r"(?![a-z0-9])"
)
_MIN_DIGITS = 3
_REACH = 10


@cache
def _is_province() -> NDArray[np.bool_]:
    table = np.zeros(N_CODE_POINTS, dtype=bool)
    table[[ord(sign) for sign in _PROVINCES]] = True
    return table


def find_plates(batch: FoldedBatch) -> Iterator[Found]:
    """Yield plates: a province's sign, a letter, five or six more signs with at least three digits."""
    codes = batch.codes
    is_letter = (codes >= ord("a")) & (codes <= ord("z"))
    for place in np.flatnonzero(_is_province()[codes[:-1]] & is_letter[1:]).tolist():
        match = _PLATE.match(batch.joined, place)
        if match is not None and sum(sign.isdecimal() for sign in match[0]) >= _MIN_DIGITS:
            yield Found(match.start(), match.end(), "plate")
