"""Whether texts nearly agree, run of signs by run of signs, for thousands of pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NEAR = 0.7  # share of runs in common; one word changed in a review of 60 signs leaves 0.8
_MARKS = 256  # of an outline; a power of two
_MARK_BITS = _MARKS.bit_length() - 1
_RUNS_AT_ONCE = 1 << 19  # for the memory's sake
_PAIR_BITS = 20
_ROUNDING = 1e-9

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Hashes of runs of signs: text i has `counts[i]` from `begins[i]` on, none if it is too short."""

    hashes: NDArray[np.uint64]
    begins: Ints
    counts: Ints

    def of(self, rows: Ints) -> tuple[NDArray[np.uint64], Ints, Ints]:
        """Return the hashes of these texts, where each text's begin, and for each the place in `rows`."""
        counts = self.counts[rows]
        begins = np.concatenate(([0], np.cumsum(counts)))[:-1]
        owner = np.repeat(np.arange(len(rows)), counts)
        places = np.arange(len(owner)) + (self.begins[rows] - begins)[owner]
        return self.hashes[places], begins, owner


def agree(runs: Runs, one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Tell which pairs of texts have seven of ten different runs in common; a text without runs never does.

    About 1 µs a pair of strangers, 10 µs a pair that nearly agrees.
    """
    n_one, n_other = runs.counts[one], runs.counts[other]
    fewer, more = np.minimum(n_one, n_other), np.maximum(n_one, n_other)
    left = np.flatnonzero((fewer > 0) & (fewer >= _NEAR * more))
    # Every mark of one side alone is a run of one side alone: most strangers need no closer look.
    n_odd = (1 - _NEAR) / (1 + _NEAR) * (n_one[left] + n_other[left])
    left = left[_differing_marks(runs, one[left], other[left]) <= n_odd + _ROUNDING]
    found = np.zeros(len(one), dtype=bool)
    portions = np.cumsum(n_one[left] + n_other[left]) // _RUNS_AT_ONCE
    for portion in np.split(left, np.flatnonzero(np.diff(portions)) + 1):
        found[portion] = _share(runs, one[portion], other[portion])
    return found


def _differing_marks(runs: Runs, one: Ints, other: Ints) -> Ints:
    """Count the marks by which the outlines of two texts differ; each run leaves one of 256 marks."""
    rows, place = np.unique(np.concatenate((one, other)), return_inverse=True)
    hashes, _, owner = runs.of(rows)
    outlines = np.zeros((len(rows), _MARKS), dtype=bool)
    outlines[owner, hashes >> np.uint64(64 - _MARK_BITS)] = True
    bits = np.packbits(outlines, axis=1).view(np.uint64)
    differing = np.bitwise_count(bits[place[: len(one)]] ^ bits[place[len(one) :]])
    n_marks: Ints = differing.sum(axis=1, dtype=np.int64)
    return n_marks


def _share(runs: Runs, one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Do what `agree` says by looking at every run, for fewer than 2 ** `_PAIR_BITS` pairs."""
    hashes, _, owner = runs.of(np.concatenate((one, other)))
    is_other = owner >= len(one)
    pair = np.where(is_other, owner - len(one), owner).astype(np.uint64)
    # The number of the pair, what fits of the hash, and whose it is: runs in common stand side by side.
    keys = hashes >> np.uint64(_PAIR_BITS + 1) << np.uint64(1)
    keys |= (pair << np.uint64(64 - _PAIR_BITS)) | is_other
    keys.sort()
    keys = keys[np.diff(keys, prepend=~keys[:1]) != 0]
    of_pair = (keys >> np.uint64(64 - _PAIR_BITS)).astype(np.int64)
    is_common = (keys[1:] ^ keys[:-1]) == 1
    n_common = np.bincount(of_pair[1:][is_common], minlength=len(one))
    n_all = np.bincount(of_pair, minlength=len(one)) - n_common
    near: NDArray[np.bool_] = n_common >= _NEAR * n_all
    return near
