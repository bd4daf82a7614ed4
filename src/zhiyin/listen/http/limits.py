"""Limits requests by key: a bucket that holds a minute's worth and fills evenly."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

_MAX_BUCKETS = 10_000


class RequestLimits:
    """Counts within this process; thread-safe. `clock` gives seconds that never go back."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}

    def take(self, key_id: int, *, limit_per_minute: int) -> int:
        """0 where the request may pass, else the whole seconds to wait. A limit of 0 is none."""
        if limit_per_minute <= 0:
            return 0
        now = self._clock()
        with self._lock:
            tokens, at = self._buckets.get(key_id, (float(limit_per_minute), now))
            tokens = min(float(limit_per_minute), tokens + (now - at) * limit_per_minute / 60)
            if tokens < 1:
                self._buckets[key_id] = (tokens, now)
                return math.ceil((1 - tokens) * 60 / limit_per_minute)
            if len(self._buckets) >= _MAX_BUCKETS:
                self._buckets.clear()
            self._buckets[key_id] = (tokens - 1, now)
            return 0
