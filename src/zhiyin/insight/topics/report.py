"""What is new: subjects with the figures that the rows behind them give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from zhiyin.insight.local_days import EPOCH

SERIES_DAYS = 28


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One subject. All counts are of voices that hold the words `name`.

    `n_now` and `n_negative` in the days looked at, `n_before` in those compared with; `growth` is the
    rate now over the rate before; `days` the last `SERIES_DAYS` days; `units` the units concerned now with
    their voices, the most first. `p_value`: how likely chance alone gives so much more than twice
    the rate before. `others`: more words of the same voices. `examples` are ids of voices.
    """

    name: str
    others: list[str]
    n_now: int
    n_before: int
    n_negative: int
    growth: float
    p_value: float
    first_seen: date
    days: list[int]
    units: list[tuple[int, int]]
    examples: list[str]

    @property
    def is_new(self) -> bool:
        """Whether nobody said it in the days compared with."""
        return self.n_before == 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Subjects of the days from `first` to `last` against those from `before_first` on, the surest first.

    `n_now` and `n_before` are all voices of the two spans. `gap`: why nothing could be found: no
    "voices" at all, or too little "history"; empty where it was looked for.
    """

    first: date | None = None
    last: date | None = None
    before_first: date | None = None
    n_now: int = 0
    n_before: int = 0
    gap: str = ""
    subjects: list[Subject] = []
    uncovered: UncoveredReport | None = None

    @property
    def n_days(self) -> int:
        """Days looked at."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0

    @property
    def n_days_before(self) -> int:
        """Days compared with."""
        return (self.first - self.before_first).days if self.first and self.before_first else 0


class Uncovered(msgspec.Struct, frozen=True, kw_only=True):
    """A subject that no aspect covers. All counts but `n_bare` are of voices that hold the words `name`.

    `n_bare`: those of the voices without an aspect that were looked at. `growth`: the last two weeks over
    the two before, None where nobody said it then.
    """

    name: str
    others: list[str]
    n_bare: int
    n_now: int
    n_negative: int
    growth: float | None
    first_seen: date
    days: list[int]
    examples: list[str]


class UncoveredReport(msgspec.Struct, frozen=True, kw_only=True):
    """Subjects that no aspect covers, from `n_bare` voices without an aspect against `n_named` with one."""

    first: date | None = None
    last: date | None = None
    n_bare: int = 0
    n_named: int = 0
    subjects: list[Uncovered] = []


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Days since 1970: looked at from `first` to before `end`, compared with from `before` to `first`."""

    before: int
    first: int
    end: int


_WINDOWS = (7, 14, 28)
_ENOUGH_VOICES = 300
_DAYS_BEFORE = 84
MIN_BEFORE = 30


def choose_span(voices_of_day: dict[int, int], *, today: int) -> Span | None:
    """The last week up to today or, where nothing came since, up to the newest voice; None without any.

    Two or four weeks where a week has less than 300 voices. Compared with the 12 weeks before.
    """
    past = [day for day in voices_of_day if day <= today]
    if not past:
        return None
    end = (today if max(past) > today - _WINDOWS[0] else max(past)) + 1
    for n_days in _WINDOWS:
        if sum(n for day, n in voices_of_day.items() if end - n_days <= day < end) >= _ENOUGH_VOICES:
            break
    first = end - n_days
    return Span(before=max(min(past), first - _DAYS_BEFORE), first=first, end=end)


def day_of(number: int) -> date:
    """The day of that many days since 1970."""
    return EPOCH + timedelta(days=number)


def number_of(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def series_of(counts: Sequence[tuple[int, int]], *, end: int) -> list[int]:
    """Voices of each of the last `SERIES_DAYS` days before `end`, from pairs of day and voices."""
    days = [0] * SERIES_DAYS
    for day, n in counts:
        if end - SERIES_DAYS <= day < end:
            days[day - end + SERIES_DAYS] += n
    return days
