"""Which voices of a whole file repeat an earlier one, by the day they were said, not by their place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhiyin.understand.copies import are_near_pairs

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

_PAIRS_AT_ONCE = 20_000


def find_repeated(
    *, order: Places, fingerprint: Places, near_keys: Sequence[Places], texts: pa.ChunkedArray
) -> Bools:
    """Whether each voice says the same as one earlier in `order`, or nearly the same.

    `fingerprint` and the columns of `near_keys` are those of `Quality`, 0 where a text is too short to
    say. Whoever had a key first is no copy. Each voice is compared with the first holder of each of its
    keys; about 60 µs a pair.
    """
    is_copy = _is_later(fingerprint, order=order)[0]
    pairs: set[tuple[int, int]] = set()
    for keys in near_keys:
        is_later, first = _is_later(keys, order=order)
        later = np.flatnonzero(is_later & ~is_copy)
        pairs.update(zip(later.tolist(), first[later].tolist(), strict=True))
    rows = sorted(pairs)
    for start in range(0, len(rows), _PAIRS_AT_ONCE):
        block = rows[start : start + _PAIRS_AT_ONCE]
        words = texts.take(pa.array([place for pair in block for place in pair])).to_pylist()
        near = are_near_pairs([(words[2 * at], words[2 * at + 1]) for at in range(len(block))])
        for (row, _), is_near in zip(block, near, strict=True):
            is_copy[row] |= is_near
    return is_copy


def _is_later(keys: Places, *, order: Places) -> tuple[Bools, Places]:
    """Whether somebody earlier in the order has the same key, and who has it first; 0 is nobody's key."""
    sorted_keys = keys[order]
    _, first, inverse = np.unique(sorted_keys, return_index=True, return_inverse=True)
    holder = np.empty(len(keys), np.int64)
    holder[order] = order[first[inverse]]
    return (holder != np.arange(len(keys))) & (keys != 0), holder
