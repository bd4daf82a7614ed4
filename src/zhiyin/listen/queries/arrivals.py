"""What arrived through each channel: when last, how much, from which sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhiyin.engine.protocols import Lake
from zhiyin.people.scope import Scope

N_DAYS = 30
_WEEK = 7
# A voice is received after it was said, but for clocks that run ahead; the day is that of receipt.
_CLOCK_SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceArrivals:
    """Voices of one source within a channel; counts are by the time they were said."""

    source: str
    last_received_at: datetime
    n_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelArrivals:
    """Current voices of a channel within the asker's scope, duplicates and spam included.

    `n_today`, `n_week` and `n_month` count local days of `zone`: today, the last 7, the last 30; `n_ever`
    all. `n_rated` of the month's carry a rating. `daily` are the last 30 days, the oldest first.
    """

    channel: str
    last_received_at: datetime
    n_today: int
    n_week: int
    n_month: int
    n_ever: int
    n_rated: int
    daily: list[int]
    sources: list[SourceArrivals]

    @property
    def share_rated(self) -> float | None:
        """Share of the month's voices with a rating, 0 to 1; None where there are none."""
        return self.n_rated / self.n_month if self.n_month else None


def read_arrivals(lake: Lake, *, scope: Scope, now: datetime, zone: ZoneInfo) -> dict[str, ChannelArrivals]:
    """By code, the channels of which any voice has come. Reads narrow columns of every current voice.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=n) for n in range(N_DAYS - 1, -1, -1)]
    since = datetime.combine(days[0], time(), tzinfo=zone)
    where, values = "is_current", []
    if scope.unit_ids is not None:
        where += " AND unit_id IN (SELECT unnest(?::BIGINT[]))"
        values.append(sorted(scope.unit_ids))
    with lake.connect("feedback") as connection:
        totals = connection.execute(
            "SELECT channel, source, max(received_at), count(*) FROM feedback"  # noqa: S608 - fixed texts
            f" WHERE {where} GROUP BY ALL ORDER BY 1, 2",
            values,
        ).fetchall()
        recent = connection.execute(
            "SELECT channel, source, CAST(timezone(?, occurred_at) AS DATE), count(*), count(stars)"  # noqa: S608
            f" FROM feedback WHERE {where} AND day >= ? AND occurred_at >= ? AND occurred_at <= ?"
            " GROUP BY ALL",
            [zone.key, *values, (since - _CLOCK_SLACK).date(), since, now],
        ).fetchall()
    by_channel: dict[str, list[tuple[str, datetime, int]]] = {}
    for channel, source, last, n in totals:
        by_channel.setdefault(channel, []).append((source, last, n))
    return {
        channel: _channel(channel, rows, [row[1:] for row in recent if row[0] == channel], days=days)
        for channel, rows in by_channel.items()
    }


def _channel(
    channel: str,
    totals: Sequence[tuple[str, datetime, int]],
    recent: Sequence[tuple[str, date, int, int]],
    *,
    days: Sequence[date],
) -> ChannelArrivals:
    daily = dict.fromkeys(days, 0)
    months: dict[str, int] = {}
    for source, day, n, _ in recent:
        if day in daily:
            daily[day] += n
            months[source] = months.get(source, 0) + n
    counts = [*daily.values()]
    return ChannelArrivals(
        channel=channel,
        last_received_at=max(last for _, last, _ in totals),
        n_today=counts[-1],
        n_week=sum(counts[-_WEEK:]),
        n_month=sum(counts),
        n_ever=sum(n for _, _, n in totals),
        n_rated=sum(n_rated for _, day, _, n_rated in recent if day in daily),
        daily=counts,
        sources=[
            SourceArrivals(source=source, last_received_at=last, n_month=months.get(source, 0))
            for source, last, _ in totals
        ],
    )
