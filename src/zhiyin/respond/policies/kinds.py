"""The words of policies as codes: answers, what can be given, how far limits reach."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """What a policy says. There is no bare no: `INSTEAD` always comes with what can be done."""

    YES = "yes"
    YES_IF = "yes_if"
    NEEDS_APPROVAL = "needs_approval"
    INSTEAD = "instead"
    UNKNOWN = "unknown"
    """No row fits: a person above decides."""


class GrantKind(StrEnum):
    """What a customer is given; `NONE` where the answer itself is all."""

    NONE = ""
    MONEY = "money"
    POINTS = "points"
    SERVICE = "service"
    UPGRADE = "upgrade"
    FIX = "fix"


class ApprovalState(StrEnum):
    """Where one approval stands."""

    WAITING = "waiting"
    """Another comes first."""
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"
    """Another was refused, so this is no longer asked."""


class Because(StrEnum):
    """Why somebody has to agree."""

    POLICY = "policy"
    GRANT_LIMIT = "grant_limit"
    UNIT_BUDGET = "unit_budget"
    CUSTOMER_CAP = "customer_cap"


class LimitOf(StrEnum):
    """What a limit counts: one grant, all of a unit in a period, all of a customer in a period."""

    GRANT = "grant"
    UNIT = "unit"
    CUSTOMER = "customer"


class Period(StrEnum):
    """How long a limit counts, in the calendar of the installation."""

    MONTH = "month"
    YEAR = "year"


class LedgerState(StrEnum):
    """What the customer's ledger still has to be told of a compensation."""

    NOTHING = "nothing"
    """Nobody is known to be the customer."""
    TO_WRITE = "to_write"
    WRITTEN = "written"
    TO_TAKE_BACK = "to_take_back"
    TAKEN_BACK = "taken_back"
