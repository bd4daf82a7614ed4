"""What can go wrong when cases are handed on."""

from __future__ import annotations

from zhiyin.errors import Conflict


class PingPong(Conflict):
    """The case would go straight back to whom it came from, with nothing done in between."""

    def __init__(self, number: str, *, name: str) -> None:
        super().__init__(
            f"Case {number} came from {name}, and nothing was done for the customer since.",
            next_step="Take a step for the customer, hand it to somebody else, or ask a manager of the unit.",
        )
        self.name = name
