"""What a sample company can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, timezone

from zhiyin.errors import InvalidInput

BEIJING = timezone(timedelta(hours=8))
_VOICES_PER_STORE_DAY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOptions:
    """Size, seed and last day of a sample; equal options give equal bytes.

    `n_voices` is met exactly; without it the number grows with stores × days (108,000 at 300 × 400).
    `has_incidents=False` gives the quiet variant of the same company.

    Raises:
        InvalidInput: a number is out of its range.
    """

    n_stores: int = 300
    n_days: int = 400
    seed: int = 20260101
    n_voices: int | None = None
    last_day: date = date(2026, 6, 30)
    has_incidents: bool = True

    def __post_init__(self) -> None:
        for field, value, best in (("n_stores", self.n_stores, 5_000), ("n_days", self.n_days, 3_650)):
            if not 1 <= value <= best:
                raise InvalidInput(f"{field} is {value}; it must be 1 to {best}.", field=field)
        if self.n_voices is not None and not 1 <= self.n_voices <= 20_000_000:
            raise InvalidInput(f"n_voices is {self.n_voices}; it must be 1 to 20,000,000.", field="n_voices")

    @property
    def n_voices_wanted(self) -> int:
        """The exact number of voices that will be made."""
        if self.n_voices is not None:
            return self.n_voices
        return max(1, round(self.n_stores * self.n_days * _VOICES_PER_STORE_DAY))

    @property
    def first_day(self) -> date:
        """First day of the window, in Beijing."""
        return self.last_day - timedelta(days=self.n_days - 1)
