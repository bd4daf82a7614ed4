"""Where a case stands, and the steps that bring it there."""

from __future__ import annotations

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """Nobody has begun."""
    WORKING = "working"
    """The owner is at it."""
    ANSWERED = "answered"
    """The customer has an answer and has not yet said whether it helps."""
    REOPENED = "reopened"
    """The customer said that it is not solved."""
    SOLVED = "solved"
    """The customer said that it is solved."""
    CLOSED = "closed"
    """Staff closed it without the customer's word."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look after it still."""
        return self not in ENDED

    @property
    def awaits_staff(self) -> bool:
        """Whether the next step is ours: only then can it be overdue."""
        return self in AWAITING_STAFF


ENDED = frozenset({CaseStatus.SOLVED, CaseStatus.CLOSED})
AWAITING_STAFF = frozenset({CaseStatus.OPEN, CaseStatus.WORKING, CaseStatus.REOPENED})


class Step(StrEnum):
    """What happened to a case; the kind of a `CaseEvent`."""

    OPENED = "opened"
    VOICE_ADDED = "voice_added"
    STARTED = "started"
    NOTED = "noted"
    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    DUE_SET = "due_set"
    CLOSED = "closed"
    SOLVED = "solved"
    REOPENED = "reopened"
    TRANSFER_UNDONE = "transfer_undone"
    CLOSE_UNDONE = "close_undone"


# What the customer's page may tell; the rest is between colleagues.
CUSTOMER_STEPS = frozenset(
    {Step.OPENED, Step.STARTED, Step.ANSWERED, Step.TRANSFERRED, Step.CLOSED, Step.SOLVED, Step.REOPENED}
)
