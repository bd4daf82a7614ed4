"""What the last sixty minutes hold, minute by minute, and what the same hour held in the weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from statistics import fmean, variance

import duckdb
import msgspec
from django.core.cache import cache

from zhiyin.insight import dialect
from zhiyin.insight.now.window import MINUTES, Window
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run

WEEKS = 8
MIN_WEEKS = 3
_USUAL_SECONDS = 240
_MINUTE_MICROSECONDS = 60_000_000
_NEVER_LESS = 0.5
_POISSON = 1e9


class _MinuteRow(msgspec.Struct, frozen=True, kw_only=True):
    minute: int
    n: int
    n_judged: int
    n_unhappy: int
    n_urgent: int


class _WeekRow(msgspec.Struct, frozen=True, kw_only=True):
    week: int
    n: int
    n_judged: int
    n_unhappy: int


class _OldestRow(msgspec.Struct, frozen=True, kw_only=True):
    oldest: datetime | None


class UnitNow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit in the window; `n_judged` voices show a sentiment."""

    unit_id: int
    n: int
    n_judged: int
    n_unhappy: int
    n_urgent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """The voices of one minute; the last minute goes on."""

    start: datetime
    n: int = 0
    n_judged: int = 0
    n_unhappy: int = 0
    n_urgent: int = 0


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """The same minutes of the week before and so on: `weeks` counts of voices, the newest week first.

    `n_judged` and `n_unhappy` are sums over these weeks. Weeks before the first voice do not count.
    """

    weeks: list[int]
    n_judged: int
    n_unhappy: int

    @property
    def is_known(self) -> bool:
        """Whether there are weeks enough to speak of what is usual."""
        return len(self.weeks) >= MIN_WEEKS

    @property
    def mean(self) -> float:
        """Voices in a usual week; never quite 0, so that a first voice can be judged."""
        return max(fmean(self.weeks), _NEVER_LESS)

    @property
    def size(self) -> float:
        """Size of the negative binomial with the mean and variance of the weeks (method of moments)."""
        spread = variance(self.weeks) if len(self.weeks) > 1 else 0.0
        return self.mean**2 / (spread - self.mean) if spread > self.mean else _POISSON


def read_minutes(connection: duckdb.DuckDBPyConnection, *, window: Window) -> list[Minute]:
    """Sixty minutes, the oldest first, none left out."""
    chosen = select(window.state.scope, filter=window.state.filter)
    start = int(window.since.timestamp() * 1_000_000)
    rows = run(
        connection,
        "now_minutes",
        row=_MinuteRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        minute=dialect.step_of("occurred_at", start=str(start), width=str(_MINUTE_MICROSECONDS)),
    )
    found = {row.minute: row for row in rows}
    return [_minute(window, place=place, row=found.get(place)) for place in range(MINUTES)]


def _minute(window: Window, *, place: int, row: _MinuteRow | None) -> Minute:
    start = window.since + timedelta(minutes=place)
    if row is None:
        return Minute(start=start)
    return Minute(start=start, n=row.n, n_judged=row.n_judged, n_unhappy=row.n_unhappy, n_urgent=row.n_urgent)


def read_usual(connection: duckdb.DuckDBPyConnection, *, window: Window) -> Usual:
    """The same minutes, by the clock of the reader's zone, in each of the last eight weeks.

    Kept for four minutes: what is usual changes slowly, and eight weeks are read for it.
    """
    key = _key(window)
    kept = cache.get(key)
    if kept is not None:
        return msgspec.json.decode(kept, type=Usual)
    usual = _read_usual(connection, window=window)
    cache.set(key, msgspec.json.encode(usual), _USUAL_SECONDS)
    return usual


def _read_usual(connection: duckdb.DuckDBPyConnection, *, window: Window) -> Usual:
    bounds = [_week_before(window, weeks=weeks) for weeks in range(1, WEEKS + 1)]
    whole = window.filter_between(bounds[-1][0], bounds[0][1])
    chosen = select(window.state.scope, filter=whole)
    rows = run(
        connection,
        "now_usual",
        row=_WeekRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        week=_case(bounds),
    )
    oldest = _oldest(connection, window=window)
    counts = {row.week: row.n for row in rows}
    known = [place for place, (since, _) in enumerate(bounds) if oldest is not None and since >= oldest]
    return Usual(
        weeks=[counts.get(place, 0) for place in known],
        n_judged=sum(row.n_judged for row in rows if row.week in known),
        n_unhappy=sum(row.n_unhappy for row in rows if row.week in known),
    )


def _oldest(connection: duckdb.DuckDBPyConnection, *, window: Window) -> datetime | None:
    state = window.state
    chosen = select(state.scope, filter=VoiceFilter(unit_ids=state.filter.unit_ids))
    row = run(
        connection, "now_oldest", row=_OldestRow, parameters=chosen.parameters, kept_voices=chosen.kept_voices
    )[0]
    return row.oldest.astimezone(UTC) if row.oldest else None


def list_units(connection: duckdb.DuckDBPyConnection, *, window: Window, limit: int) -> list[UnitNow]:
    """The units with the most unhappy voices in the window, then with the most voices."""
    chosen = select(window.state.scope, filter=window.state.filter)
    return run(
        connection,
        "now_units",
        row=UnitNow,
        parameters={**chosen.parameters, "n_units": limit},
        kept_voices=chosen.kept_voices,
    )


def _week_before(window: Window, *, weeks: int) -> tuple[datetime, datetime]:
    """The window so many weeks ago, at the same time of the wall clock."""
    zone, back = window.state.zone, timedelta(weeks=weeks)
    since, until = (
        (moment.astimezone(zone) - back).astimezone(UTC) for moment in (window.since, window.until)
    )
    return since, max(until, since + timedelta(seconds=1))


def _case(bounds: Sequence[tuple[datetime, datetime]]) -> str:
    cases = " ".join(
        f"WHEN occurred_at >= TIMESTAMPTZ '{since.isoformat(sep=' ')}'"
        f" AND occurred_at < TIMESTAMPTZ '{until.isoformat(sep=' ')}' THEN {place}"
        for place, (since, until) in enumerate(bounds)
    )
    return f"CASE {cases} END"


def _key(window: Window) -> str:
    state = window.state
    scope = state.scope if state.filter.unit_ids is None else state.scope.narrowed_to(state.filter.unit_ids)
    ids = "all" if scope.unit_ids is None else ",".join(map(str, sorted(scope.unit_ids)))
    minute = window.since.isoformat()
    return "now-usual-" + blake2b(f"{ids} {state.zone.key} {minute}".encode(), digest_size=16).hexdigest()
