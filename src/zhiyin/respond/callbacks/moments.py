"""Days and hours as somebody types them by the clock of a place, and as they are told by it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from zhiyin.errors import InvalidInput
from zhiyin.people.time_zones import is_time_zone
from zhiyin.respond.forms import LOCAL_TIME


def read_zone(code: str, *, field: str) -> ZoneInfo:
    """The clock of the place.

    Raises:
        InvalidInput: there is no such place.
    """
    if not is_time_zone(code):
        raise InvalidInput(f"There is no time zone {code[:40]!r}.", field=field)
    return ZoneInfo(code)


def read_local(text: str, *, zone: ZoneInfo, field: str) -> datetime:
    """The moment of `2026-11-23T10:00` by the clock of the zone, in UTC.

    An hour that comes twice, when clocks go back, is the first of the two: who calls early calls again.

    Raises:
        InvalidInput: it cannot be read, or clocks go forward over it, so that it does not come at all.
    """
    try:
        naive = datetime.strptime(text.strip()[:16], LOCAL_TIME)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        raise InvalidInput("The time cannot be read.", field=field) from None
    try:
        moment = naive.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        raise InvalidInput("The time cannot be read.", field=field) from None
    if moment.astimezone(zone).replace(tzinfo=None) != naive:
        raise InvalidInput(
            f"Clocks in {zone.key} go forward over {naive:%H:%M} that day, so it does not come.",
            next_step="Choose another time.",
            field=f"{field}_gap",
        )
    return moment


def say_span(start: datetime, end: datetime, *, zone: ZoneInfo) -> str:
    """As `2026-11-23 10:00–11:00`, by the clock of the zone; the second day only where it is another."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    form = "%H:%M" if first.date() == last.date() else LOCAL_TIME.replace("T", " ")
    return f"{first:%Y-%m-%d %H:%M}–{last.strftime(form)}"
