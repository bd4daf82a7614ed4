"""The steps of the small lines in tables: a period in a dozen equal parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zhiyin.insight import dialect

N_STEPS = 12
_LONGEST = timedelta(days=364)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """`n` steps of `width` from `start` on, both in microseconds (of 1970)."""

    start: int
    width: int
    n: int = N_STEPS

    @property
    def parameters(self) -> dict[str, int]:
        """Values of the statement that `sql` is part of."""
        return {"steps_start": self.start, "steps_width": self.width}

    @property
    def sql(self) -> str:
        """Number of the step that `occurred_at` lies in; below 0 or `n` and more outside."""
        return dialect.step_of("occurred_at", start="$steps_start", width="$steps_width")


def choose_steps(*, since: datetime | None, until: datetime | None, now: datetime) -> Steps:
    """The steps of a period; of the last 52 weeks where it has no beginning."""
    end = until or now
    start = since or end - _LONGEST
    first = (start.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND
    return Steps(start=first, width=max(1, -(-((end - start) // _MICROSECOND) // N_STEPS)))
