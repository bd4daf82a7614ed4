"""When to try again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_JITTER_SHARE = 0.2


def next_attempt(
    *, now: datetime, n_attempts: int, schedule: Sequence[float], share: float, least_seconds: float = 0.0
) -> datetime | None:
    """The moment of the next attempt after `n_attempts` failed ones; None when the schedule is used up.

    `share` (0 to 1) adds up to a fifth, so that many do not come back together; never before
    `least_seconds`, which the other side named.
    """
    if not 1 <= n_attempts <= len(schedule):
        return None
    seconds = schedule[n_attempts - 1] * (1 + _JITTER_SHARE * share)
    return now + timedelta(seconds=max(seconds, least_seconds))
