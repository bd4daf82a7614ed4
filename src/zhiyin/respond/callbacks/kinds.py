"""How a call-back stands, who asked for it, and how a call went."""

from __future__ import annotations

from enum import StrEnum


class CallBackState(StrEnum):
    """How a call-back stands."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    """Its time passed and nobody had called."""
    UNREACHED = "unreached"
    """Somebody called in time, and the customer was not reached."""
    CANCELLED = "cancelled"


class AskedBy(StrEnum):
    """Whose idea it was."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Outcome(StrEnum):
    """How one call went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    CALL_LATER = "call_later"
    """The customer wants to be called at another time."""
    REFUSED = "refused"
    """The customer does not want to be called about it."""

    @property
    def ends_it(self) -> bool:
        """Whether the promise is kept by this call: there was somebody to speak with."""
        return self in (Outcome.REACHED, Outcome.REFUSED)


# A customer who is still to be called.
STILL_OWED = (CallBackState.PLANNED, CallBackState.MISSED, CallBackState.UNREACHED)
