"""What clocks measure, and in what they count."""

from __future__ import annotations

from enum import StrEnum


class ClockKind(StrEnum):
    """What has to have happened when the clock is due."""

    FIRST_ANSWER = "first_answer"
    """From the opening to the first answer."""
    NEXT_ANSWER = "next_answer"
    """From the customer's next words to our next answer."""
    SOLUTION = "solution"
    """From the opening to the end; it rests while the customer has an answer and says nothing."""
    STATUTORY = "statutory"
    """A deadline of the law, such as those of 12315."""
    CALL_BACK = "call_back"
    """A call that was promised, to the end of its time; it never rests."""


class TimeUnit(StrEnum):
    """In what the time of a clock is counted."""

    WORKING_MINUTES = "working_minutes"
    MINUTES = "minutes"
    """Round the clock."""
    WORKING_DAYS = "working_days"
    """Full days after that of the beginning, to the end of the last one."""
    DAYS = "days"

    @property
    def is_days(self) -> bool:
        """Whether whole days are counted, which never rest."""
        return self in (TimeUnit.WORKING_DAYS, TimeUnit.DAYS)


ANSWERS = frozenset({ClockKind.FIRST_ANSWER, ClockKind.NEXT_ANSWER})
