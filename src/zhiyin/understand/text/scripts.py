"""The script of every code point: Latin, Han, Kana and the others of `data/text/scripts.tsv`."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.lists import read_rows
from zhiyin.understand.text.table import N_CODE_POINTS


@cache
def script_names() -> tuple[str, ...]:
    """Return the names of the scripts; the first, "", is that of digits, marks and emoji."""
    return ("", *dict.fromkeys(row[0] for row in read_rows("scripts.tsv")))


@cache
def script_table() -> NDArray[np.uint8]:
    """Return for every code point the place of its script in `script_names` (1.1 MB, read-only)."""
    table = np.zeros(N_CODE_POINTS, dtype=np.uint8)
    for script, first, last in read_rows("scripts.tsv"):
        table[int(first, 16) : int(last, 16) + 1] = script_names().index(script)
    table.setflags(write=False)
    return table
