"""Steps of time: days, weeks from Monday or months, none left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from zhiyin.insight.local_days import EPOCH
from zhiyin.insight.measures.contract import Step
from zhiyin.insight.measures.counted import Ints

_MAX_DAYS_BY_DAY = 92
_MAX_DAYS_BY_WEEK = 731


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSteps:
    """The steps' first days and last days, both within."""

    first_days: tuple[date, ...]
    last_days: tuple[date, ...]

    def places(self, day_numbers: Ints) -> Ints:
        """The number of the step of each day (days since 1970); days outside belong to the nearest."""
        starts = np.array([(day - EPOCH).days for day in self.first_days], dtype=np.int64)
        return np.clip(np.searchsorted(starts, day_numbers, side="right") - 1, 0, len(starts) - 1)


def make_steps(first: date, last: date, *, step: Step | None) -> TimeSteps:
    """Steps from the first day to the last; by day up to three months, week up to two years, else month."""
    n_days = (last - first).days + 1
    chosen: Step = step or (
        "day" if n_days <= _MAX_DAYS_BY_DAY else "week" if n_days <= _MAX_DAYS_BY_WEEK else "month"
    )
    first_days, last_days = [], []
    start = first
    while start <= last:
        end = min(_end_of(start, step=chosen), last)
        first_days.append(start)
        last_days.append(end)
        start = end + timedelta(days=1)
    return TimeSteps(first_days=tuple(first_days), last_days=tuple(last_days))


def _end_of(start: date, *, step: Step) -> date:
    if step == "day":
        return start
    if step == "week":
        return start + timedelta(days=6 - start.weekday())
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
