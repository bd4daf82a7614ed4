"""Why a case is handed on."""

from __future__ import annotations

from enum import StrEnum


class TransferReason(StrEnum):
    """Why somebody else is to look after the case."""

    WRONG_UNIT = "wrong_unit"
    NEEDS_SKILL = "needs_skill"
    NEEDS_POWER = "needs_power"
    SHIFT_ENDS = "shift_ends"
    CUSTOMER_ASKED = "customer_asked"
    LEAVING = "leaving"
    OTHER = "other"


MOST_TRANSFERS = 2
"""A case that was handed on more often than this is kicked about."""
