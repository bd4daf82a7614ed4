"""What can go wrong with answers on their way out."""

from __future__ import annotations

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.respond.outbox.rules import Breach


class AnswerNotFound(NotFound):
    """No such answer, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such answer.", next_step="Choose one from the list.")


class AnswerChanged(Conflict):
    """Somebody else changed the answer, or answered first."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else worked on this answer in the meantime.",
            next_step="Read what is there now, then do it again.",
        )


class AnswerGone(Conflict):
    """It stands where this step cannot be taken: most often it has gone out."""

    def __init__(self) -> None:
        super().__init__(
            "This cannot be done with the answer any more.", next_step="Look at how it stands now."
        )


class RuleBroken(InvalidInput):
    """The channel does not allow the answer; `breach` says why, `over` by how much it is too long."""

    def __init__(self, breach: Breach, *, over: int = 0, in_bytes: bool = False) -> None:
        super().__init__(
            "The channel does not take this answer.",
            next_step="Shorten it, or reach the customer another way.",
            field=f"answer_{breach.value}",
        )
        self.breach = breach
        self.over = over
        self.in_bytes = in_bytes


class VariableMissing(InvalidInput):
    """The text still holds a variable that nobody filled."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The answer still holds {{{name}}}.", next_step="Write what belongs there.", field="variable"
        )
        self.name = name


class CannotRead(Conflict):
    """Whoever wrote the answer cannot say yes to it as well."""

    def __init__(self) -> None:
        super().__init__(
            "Whoever wrote an answer cannot be its second reader.", next_step="Ask a colleague to read it."
        )
