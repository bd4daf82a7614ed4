"""Finds surfaces of one and two code points by look-up: most hits are such, and cost an automaton dear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_SHORT = 2
"""Surfaces of up to so many code points are looked up here."""
_PLANE = 1 << 16
_MULTIPLIER = np.uint32(0x9E3779B1)
_SLOTS_PER_PAIR = 16

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortSurfaces:
    """`single[code]` is a surface or -1; the pair of key `keys[slot]`, 0 for none, is surface `pairs[slot]`.

    A pair stands in the slot of its hash or, where that is taken, up to `n_steps` slots behind it. A code
    point beyond the first plane stands for none, see `is_short`.
    """

    single: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint32]
    pairs: npt.NDArray[np.int32]
    n_slots: int
    n_steps: int

    def find(self, codes: npt.NDArray[np.uint32]) -> tuple[Ints, Ints, Ints]:
        """Return surface, start and end of every hit in the code points."""
        plane = np.minimum(codes, _PLANE - 1)
        one = self.single[plane]
        at_one = np.flatnonzero(one >= 0)
        two = self._find_pairs((plane[:-1] << np.uint32(16)) | plane[1:])
        at_two = np.flatnonzero(two >= 0)
        return (
            np.concatenate((one[at_one], two[at_two])).astype(np.int64),
            np.concatenate((at_one, at_two)),
            np.concatenate((at_one + 1, at_two + 2)),
        )

    def _find_pairs(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
        """Return the surface of each key, -1 for none."""
        slot = _slots(keys, n_slots=self.n_slots)
        met = self.keys[slot]
        found = np.where(met == keys, self.pairs[slot], np.int32(-1))
        # What lies in another's slot may stand behind it.
        left = np.flatnonzero((met != keys) & (met != 0))
        for step in range(1, self.n_steps + 1):
            behind = slot[left] + step
            is_it = self.keys[behind] == keys[left]
            found[left[is_it]] = self.pairs[behind[is_it]]
        return found


def _slots(keys: npt.NDArray[np.uint32], *, n_slots: int) -> Ints:
    """Return the slot of each key's hash; the number of slots is a power of two."""
    bits = n_slots.bit_length() - 1
    return ((keys * _MULTIPLIER) >> np.uint32(32 - bits)).astype(np.int64)


def is_short(surface: str) -> bool:
    """Tell whether a surface is found by look-up."""
    return len(surface) <= N_SHORT and max(map(ord, surface)) < _PLANE - 1


def index_short(surfaces: Sequence[str]) -> ShortSurfaces:
    """Return the look-up of the short ones among the surfaces, which keep their numbers."""
    single = np.full(_PLANE, -1, dtype=np.int32)
    pairs: dict[int, int] = {}
    for number, surface in enumerate(surfaces):
        if not is_short(surface):
            continue
        if len(surface) == 1:
            single[ord(surface)] = number
        else:
            first, second = map(ord, surface)
            pairs[(first << 16) | second] = number
    return _with_slots(single, pairs=pairs)


def _with_slots(single: npt.NDArray[np.int32], *, pairs: Mapping[int, int]) -> ShortSurfaces:
    """Give each pair the first free slot from that of its hash on."""
    n_slots = 1 << (len(pairs) * _SLOTS_PER_PAIR).bit_length()
    # Room behind the last slot, so that no step leads out of the table.
    keys = np.zeros(n_slots + len(pairs), dtype=np.uint32)
    numbers = np.full(len(keys), -1, dtype=np.int32)
    wanted = _slots(np.array(list(pairs), dtype=np.uint32), n_slots=n_slots)
    n_steps = 0
    for (key, number), first in zip(pairs.items(), wanted.tolist(), strict=True):
        slot = first
        while keys[slot]:
            slot += 1
        keys[slot], numbers[slot] = key, number
        n_steps = max(n_steps, slot - first)
    return ShortSurfaces(single=single, keys=keys, pairs=numbers, n_slots=n_slots, n_steps=n_steps)
