"""How a visit stands, how it ended, and how its parts stand."""

from __future__ import annotations

from enum import StrEnum


class VisitState(StrEnum):
    """How a visit stands."""

    PLANNED = "planned"
    ON_WAY = "on_way"
    ARRIVED = "arrived"
    """At the door, or at work already: `began_at` tells."""
    DONE = "done"
    MISSED = "missed"
    """Its time passed and nobody came."""
    CANCELLED = "cancelled"

    @property
    def is_ahead(self) -> bool:
        """Whether the technician's time is still taken by it."""
        return self in TAKES_TIME


TAKES_TIME = frozenset({VisitState.PLANNED, VisitState.ON_WAY, VisitState.ARRIVED})


class VisitResult(StrEnum):
    """How a visit ended."""

    SOLVED = "solved"
    COME_AGAIN = "come_again"
    """Another visit is needed, such as for a part."""
    NOT_REPAIRABLE = "not_repairable"
    NOBODY_HOME = "nobody_home"


class PartState(StrEnum):
    """Where a spare part is."""

    NEEDED = "needed"
    ORDERED = "ordered"
    ARRIVED = "arrived"
    USED = "used"
