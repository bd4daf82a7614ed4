"""What a signal carries."""

from __future__ import annotations

import msgspec


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a signal rests on: voices, the tail probability (1 where none), and the window in hours."""

    observed: float = 1.0
    expected: float = 0.0
    p: float = 1.0
    hours: int = 0
