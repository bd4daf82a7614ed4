"""Decides what of that which waits goes alone, what goes together, and what waits on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.insight.delivery.contract import NOW_LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One delivery that is due. `is_whole` can only go as it is: it has files, or is a digest itself."""

    id: int
    level: int
    queued_at: datetime
    is_whole: bool = False
    was_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Ids in the order of sending; those of `together` become one message after them."""

    alone: tuple[int, ...] = ()
    together: tuple[int, ...] = ()


def plan(waiting: Sequence[Waiting], *, room: int, is_digested: bool) -> Plan:
    """What to send of `waiting` with `room` requests; what is in neither list waits on.

    The highest level goes first and alone. Where not all fit, everything below level 3 that may goes into
    one digest; so does what quiet hours held back, once there are two of it.
    """
    ordered = sorted(waiting, key=lambda one: (-one.level, one.queued_at, one.id))
    if room <= 0:
        return Plan()
    if not is_digested:
        return Plan(alone=tuple(one.id for one in ordered[:room]))
    is_overflow = len(ordered) > room
    merged = [
        one
        for one in ordered
        if not one.is_whole and one.level < NOW_LEVEL and (is_overflow or one.was_quiet)
    ]
    if len(merged) < 2:
        merged = []
    chosen = {one.id for one in merged}
    alone = [one.id for one in ordered if one.id not in chosen][: room - bool(merged)]
    return Plan(alone=tuple(alone), together=tuple(sorted(chosen)))
