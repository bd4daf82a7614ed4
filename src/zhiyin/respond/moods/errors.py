"""What can go wrong when a star is given."""

from __future__ import annotations

from zhiyin.errors import Conflict


class StarOfAnother(Conflict):
    """Somebody else gave the star at this step."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} gave the stars of this step.",
            next_step="Only they, or a manager of the unit, can change them.",
        )
