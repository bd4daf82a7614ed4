"""What can go wrong with visits."""

from __future__ import annotations

from zhiyin.errors import Conflict, NotFound


class VisitNotFound(NotFound):
    """No such visit, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such visit.", next_step="Look at the planner.")


class TechnicianNotFound(NotFound):
    """No such technician, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such technician.", next_step="Look at the list.")


class VisitChanged(Conflict):
    """Somebody changed it since the asker looked."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this visit in the meantime.",
            next_step="Look at how it stands now, then do it again.",
        )


class VisitStepImpossible(Conflict):
    """The visit stands where this step cannot be taken."""

    def __init__(self) -> None:
        super().__init__(
            "This visit stands where this step cannot be taken.", next_step="Look at how it stands now."
        )


class TimeTaken(Conflict):
    """The technician is somewhere else at that time."""

    def __init__(self, span: str) -> None:
        super().__init__(
            f"The technician is taken then: {span}.", next_step="Choose another time, or somebody else."
        )
        self.span = span


class CannotCome(Conflict):
    """The technician does not go for this unit, or no longer goes at all."""

    def __init__(self) -> None:
        super().__init__(
            "This technician does not go for this unit.", next_step="Choose one who does, or add the unit."
        )
