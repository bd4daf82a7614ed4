"""Days of a time zone as numbers, for grouping millions of instants: the zone's shifts become plain SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from zhiyin.insight import dialect

EPOCH = date(1970, 1, 1)
_STEP = timedelta(days=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def local_day_number(column: str, *, zone: ZoneInfo, since: datetime, until: datetime) -> str:
    """SQL for the number of the zone's day, of instants from `since` to before `until`.

    Clocks that are put forward or back between the two are minded; outside, the nearest shift holds.
    """
    return dialect.day_number(column, shift=_shift_sql(column, zone=zone, since=since, until=until))


def local_hour(column: str, *, zone: ZoneInfo, since: datetime, until: datetime) -> str:
    """SQL for the zone's hour (0 to 23) of instants, as `local_day_number` for the day; from 1970 on."""
    return dialect.hour_number(column, shift=_shift_sql(column, zone=zone, since=since, until=until))


def _shift_sql(column: str, *, zone: ZoneInfo, since: datetime, until: datetime) -> str:
    shifts = list_shifts(zone, since=since, until=until)
    last = shifts[-1][1]
    cases = " ".join(
        f"WHEN {column} < TIMESTAMPTZ '{end.isoformat(sep=' ')}' THEN {shift}"
        for (_, shift), (end, _) in pairwise(shifts)
    )
    return f"CASE {cases} ELSE {last} END" if cases else str(last)


def list_shifts(zone: ZoneInfo, *, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """From which instant (UTC) which shift in microseconds holds, the first from `since` on."""
    at = since.astimezone(UTC)
    end = min(until.astimezone(UTC), _LAST)
    found = [(at, _shift(at, zone=zone))]
    while at < end:
        after = min(at + _STEP, end)
        if _shift(after, zone=zone) != found[-1][1]:
            change = _find_change(at, after, zone=zone)
            found.append((change, _shift(change, zone=zone)))
        at = after
    return found


def _find_change(before: datetime, after: datetime, *, zone: ZoneInfo) -> datetime:
    """The first second after `before` with another shift; clocks change on whole seconds."""
    old = _shift(before, zone=zone)
    start = before.replace(microsecond=0)
    low, high = 0, int((after - start).total_seconds()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _shift(start + timedelta(seconds=middle), zone=zone) == old:
            low = middle
        else:
            high = middle
    return start + timedelta(seconds=high)


def _shift(instant: datetime, *, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset() or timedelta(0)
    return offset // timedelta(microseconds=1)
