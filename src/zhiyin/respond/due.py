"""When a case is due where nobody says: the more urgent, the sooner."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_NOW, _TODAY = 3, 2
# Who opens a case for today late at night still gets time to answer.
_LEAST = timedelta(hours=2)
_ELSE = timedelta(days=2)


def default_due(*, urgency: int, now: datetime, zone_name: str) -> datetime:
    """`now`: in two hours; today: at the end of the unit's day; else in two days."""
    if urgency >= _NOW:
        return now + _LEAST
    if urgency == _TODAY:
        return max(_end_of_day(now, zone_name), now + _LEAST)
    return now + _ELSE


def _end_of_day(now: datetime, zone_name: str) -> datetime:
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("Asia/Shanghai")
    return now.astimezone(zone).replace(hour=23, minute=59, second=0, microsecond=0)
