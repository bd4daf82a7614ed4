"""What can go wrong with policies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.respond.policies.checking import Fault


class PolicyNotFound(NotFound):
    """No such policy, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such policy.", next_step="Choose one from the list.")


class TableHasFaults(InvalidInput):
    """The table cannot decide yet; `faults` say where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            f"The table has {len(faults)} faults.", next_step="Correct the marked cells.", field="table"
        )
        self.faults = tuple(faults)


class WrongAnswers(Conflict):
    """Test cases answer otherwise than they expect; `names` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"{len(names)} test cases answer otherwise than expected.",
            next_step="Change the table, or what the test cases expect.",
        )
        self.names = tuple(names)


class NoTests(Conflict):
    """A policy without a test case does not go live."""

    def __init__(self) -> None:
        super().__init__("The policy has no test case.", next_step="Add one, then go live.")


class VersionChanged(Conflict):
    """Somebody else saved the draft since the asker looked."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this policy in the meantime.", next_step="Look at how it stands now."
        )


class DraftInTheWay(Conflict):
    """A planned version would be the draft again, but there is another draft."""

    def __init__(self) -> None:
        super().__init__("There is another draft.", next_step="Put it in force or throw it away first.")


class GivenAlready(Conflict):
    """The same was given before, to this case or for this order."""

    def __init__(self, *, number: str, at: datetime) -> None:
        super().__init__(f"The same was given already, in case {number}.", next_step="Take that back first.")
        self.number, self.at = number, at


class NotToGrant(Conflict):
    """The decision gives nothing, is refused, or another stands on the case since."""

    def __init__(self) -> None:
        super().__init__("This decision cannot be granted any more.", next_step="Ask the policy again.")


class NeedsApproval(Conflict):
    """Somebody has to agree first."""

    def __init__(self) -> None:
        super().__init__("Somebody has to agree first.", next_step="Ask for approval.")


class AskedAlready(Conflict):
    """Somebody is asked already, or has answered."""

    def __init__(self) -> None:
        super().__init__("Approval is asked for already.", next_step="Wait for the answer.")


class NobodyToAgree(Conflict):
    """Nobody but the asker could agree."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody above can agree to this.", next_step="Give somebody the role of manager or owner."
        )


class AnsweredAlready(Conflict):
    """The approval was answered, or passed on to another."""

    def __init__(self) -> None:
        super().__init__(
            "This was answered already, or somebody else is asked now.",
            next_step="Look at what is still open.",
        )


class TooLateToUndo(Conflict):
    """Ten minutes have passed, or it was taken back before."""

    def __init__(self) -> None:
        super().__init__(
            "This cannot be taken back any more.", next_step="Correct it on the customer's page."
        )
