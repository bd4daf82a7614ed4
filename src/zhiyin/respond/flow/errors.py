"""What can go wrong in the flow of cases."""

from __future__ import annotations

from datetime import datetime

from zhiyin.errors import Conflict


class MergedAway(Conflict):
    """The case went into another; `number` names that one."""

    def __init__(self, number: str) -> None:
        super().__init__(f"This case was merged into case {number}.", next_step="Go on there.")
        self.number = number


class UrgedTooSoon(Conflict):
    """The customer asked for haste less than an hour ago; `again_at` says when they may again."""

    def __init__(self, number: str, *, again_at: datetime) -> None:
        super().__init__(
            f"Haste was asked for in case {number} less than an hour ago.",
            next_step="The owner knows. Try again an hour after the last time.",
        )
        self.again_at = again_at


class SameMatter(Conflict):
    """Somebody opened a case about the same matter in the meantime; `number` names it."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Case {number} is about the same matter.",
            next_step="Add the voice to it, or open another all the same.",
        )
        self.number = number


class CannotMerge(Conflict):
    """These two cases cannot become one."""


class CannotSplit(Conflict):
    """These voices cannot become a case of their own."""


class CannotGroup(Conflict):
    """The case cannot belong to this group complaint."""
