"""Finds surfaces of one and two code points by look-up: most hits are such, and cost an automaton dear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_SHORT = 2
"""Surfaces of up to so many code points are looked up here."""
_PLANE = 1 << 16
_OPENS, _CLOSES = 1, 2

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortSurfaces:
    """`single[code]` is a surface or -1; `pair_keys` (sorted) belong to the surfaces `pairs`.

    `role[code]` tells whether a code point opens or closes any pair. A code point beyond the first plane
    stands for none, see `is_short`.
    """

    single: npt.NDArray[np.int32]
    role: npt.NDArray[np.uint8]
    pair_keys: npt.NDArray[np.uint32]
    pairs: npt.NDArray[np.int32]

    def find(self, codes: npt.NDArray[np.uint32]) -> tuple[Ints, Ints, Ints]:
        """Return surface, start and end of every hit in the code points."""
        plane = np.minimum(codes, _PLANE - 1)
        one = self.single[plane]
        at_one = np.flatnonzero(one >= 0)
        role = self.role[plane]
        at = np.flatnonzero(((role[:-1] & _OPENS) != 0) & ((role[1:] & _CLOSES) != 0))
        keys = (plane[at] << np.uint32(16)) | plane[at + 1]
        place = np.minimum(np.searchsorted(self.pair_keys, keys), max(len(self.pair_keys) - 1, 0))
        is_pair = self.pair_keys[place] == keys if len(self.pair_keys) else np.zeros(0, dtype=bool)
        at_two, two = at[is_pair], self.pairs[place[is_pair]]
        return (
            np.concatenate((one[at_one], two)).astype(np.int64),
            np.concatenate((at_one, at_two)),
            np.concatenate((at_one + 1, at_two + 2)),
        )


def is_short(surface: str) -> bool:
    """Tell whether a surface is found by look-up."""
    return len(surface) <= N_SHORT and max(map(ord, surface)) < _PLANE - 1


def index_short(surfaces: Sequence[str]) -> ShortSurfaces:
    """Return the look-up of the short ones among the surfaces, which keep their numbers."""
    single = np.full(_PLANE, -1, dtype=np.int32)
    role = np.zeros(_PLANE, dtype=np.uint8)
    keys: dict[int, int] = {}
    for number, surface in enumerate(surfaces):
        if not is_short(surface):
            continue
        if len(surface) == 1:
            single[ord(surface)] = number
            continue
        first, second = map(ord, surface)
        role[first] |= _OPENS
        role[second] |= _CLOSES
        keys[(first << 16) | second] = number
    ordered = sorted(keys)
    return ShortSurfaces(
        single=single,
        role=role,
        pair_keys=np.array(ordered, dtype=np.uint32),
        pairs=np.array([keys[key] for key in ordered], dtype=np.int32),
    )
