"""The folding table: every code point to the one it is compared as."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.lists import read_rows

N_CODE_POINTS = 0x110000
SPACE = 0x20
REPLACEMENT = 0xFFFD
COVER = "\ufffc"
"""Stands for a sign of private data: in no word list, and n-grams of it weigh next to nothing."""

# Line ends, other controls, spaces of any width, zero-width signs, marks that turn the direction of
# writing, variation selectors and tags: nothing of them may split a word list's match or end a line.
_BLANK_RANGES = (
    (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160),
    (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F),
    (0x205F, 0x206F), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0xE0000, 0xE0FFF),
)  # fmt: skip


@cache
def folding_table() -> NDArray[np.uint32]:
    """Return the table of all code points (4.4 MB, made in some 10 ms at first use, read-only)."""
    table = np.arange(N_CODE_POINTS, dtype=np.uint32)
    pairs = np.array([(ord(sign), ord(target)) for sign, target in read_rows("folding.tsv")], dtype=np.uint32)
    table[pairs[:, 0]] = pairs[:, 1]
    for first, last in _BLANK_RANGES:
        table[first : last + 1] = SPACE
    table[0xD800:0xE000] = REPLACEMENT
    table.setflags(write=False)
    return table
