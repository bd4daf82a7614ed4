"""What can go wrong with cases."""

from __future__ import annotations

from zhiyin.errors import Conflict, InvalidInput, NotFound


class CaseNotFound(NotFound):
    """No such case, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such case.", next_step="Check the number.")


class VoiceHasCase(Conflict):
    """A case is about this voice already; `number` names it."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Case {number} is about this voice already.", next_step="Go on in that case.")
        self.number = number


class CaseChanged(Conflict):
    """Somebody changed the case since the asker looked."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Somebody else changed case {number} in the meantime.",
            next_step="Look at how it stands now, then do it again.",
        )


class DraftChanged(Conflict):
    """Somebody else saved another draft of the answer since."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Somebody else wrote on the answer of case {number} in the meantime.",
            next_step="Read what is there now, then add yours.",
        )


class StepImpossible(Conflict):
    """The case stands where this step cannot be taken."""


class NothingToUndo(Conflict):
    """The last step cannot be taken back: another followed, it was another's, or it is too long ago."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"The last step of case {number} cannot be taken back any more.",
            next_step="Take the next step instead.",
        )


class NobodyToOwn(Conflict):
    """No active account may work on cases of the unit."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody may look after cases of this unit.",
            next_step="Give somebody the role of manager or agent there.",
        )


class CannotOwn(InvalidInput):
    """The account may not work on cases of the unit."""

    def __init__(self) -> None:
        super().__init__(
            "This person may not look after cases of this unit.",
            next_step="Choose somebody who works for the unit.",
            field="owner",
        )


class NobodyAbove(Conflict):
    """The owner is the highest who may look after cases of the unit."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody stands above the owner of this case.", next_step="Hand it over to somebody instead."
        )
