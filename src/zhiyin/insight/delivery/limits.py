"""How much a destination takes now, and when it wants to be left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhiyin.insight.delivery.kinds import Kind

_HALF_HOUR = 30


def longest_window(kind: Kind) -> timedelta:
    """How far back requests count."""
    return timedelta(seconds=max(limit.seconds for limit in kind.limits))


def count_room(kind: Kind, *, requested_at: Sequence[datetime], now: datetime) -> int:
    """How many further requests every limit of the kind allows now."""
    rooms = [
        limit.n - sum(at > now - timedelta(seconds=limit.seconds) for at in requested_at)
        for limit in kind.limits
    ]
    return max(0, min(rooms))


def after_half_hour(kind: Kind, *, now: datetime, share: float) -> datetime:
    """Now; where the product is crowded at :00 and :30, a moment of the minute after that one.

    `share` (0 to 1) spreads the moments over that minute, so that not everybody comes at its start.
    """
    if not kind.avoids_half_hours or now.minute % _HALF_HOUR:
        return now
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=59 * share)


def quiet_end(
    *, quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """When the quiet hours that run now end; None outside of them. They may run over midnight.

    An end that the clocks jump over in spring is the moment after the jump.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if quiet_from < quiet_until:
        if not quiet_from <= clock < quiet_until:
            return None
        day = local.date()
    else:
        if quiet_until <= clock < quiet_from:
            return None
        day = local.date() + timedelta(days=1) if clock >= quiet_from else local.date()
    return datetime.combine(day, quiet_until, tzinfo=zone).astimezone(now.tzinfo)
