"""Where a case stands, and the steps that bring it there."""

from __future__ import annotations

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """Nobody has begun."""
    WORKING = "working"
    """The owner is at it."""
    WAITING = "waiting"
    """We asked the customer something, and the answer is theirs."""
    HELD = "held"
    """Put aside until a day, with a reason, such as a part that has to arrive."""
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
AWAITING_STAFF = frozenset({CaseStatus.OPEN, CaseStatus.WORKING, CaseStatus.HELD, CaseStatus.REOPENED})


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
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    INVESTIGATED = "investigated"
    COMMUNICATED = "communicated"
    ASKED = "asked"
    CUSTOMER_SPOKE = "customer_spoke"
    URGED = "urged"
    HELD = "held"
    RESUMED = "resumed"
    CLONED = "cloned"
    MERGED = "merged"
    MERGE_UNDONE = "merge_undone"
    SPLIT = "split"
    SPLIT_UNDONE = "split_undone"
    GROUPED = "grouped"
    UNGROUPED = "ungrouped"
    ESCALATED = "escalated"
    PROMISED = "promised"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    DECIDED = "decided"
    GRANTED = "granted"
    CALLED_BACK = "called_back"
    VISITED = "visited"


# What the customer's page may tell; the rest is between colleagues.
CUSTOMER_STEPS = frozenset(
    {Step.OPENED, Step.STARTED, Step.ANSWERED, Step.TRANSFERRED, Step.CLOSED, Step.SOLVED, Step.REOPENED}
)
