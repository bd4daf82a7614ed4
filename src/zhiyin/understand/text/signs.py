"""Whether code points are among a few signs: by one look-up each, however many signs there are."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_PLANE = 1 << 16


def are_any_of(codes: NDArray[np.uint32], signs: str) -> NDArray[np.bool_]:
    """Tell which code points are one of `signs`, all of them of the first plane."""
    found: NDArray[np.bool_] = _table(signs)[np.minimum(codes, _PLANE - 1)]
    return found


@cache
def _table(signs: str) -> NDArray[np.bool_]:
    table = np.zeros(_PLANE, dtype=bool)
    table[[ord(sign) for sign in signs]] = True
    table.setflags(write=False)
    return table
