"""What must not leave the house does not: no answer asks a customer to change a review."""

from __future__ import annotations

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.plain import Severity, check_text, language_of
from zhiyin.people.actors import Actor
from zhiyin.respond.services.changes import Change
from zhiyin.respond.statuses import Step


class ForbiddenWords(InvalidInput):
    """The answer holds words that must not be sent."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"Customers must not be asked to change or remove a review: '{words}'.",
            next_step="Take these words out first.",
            field="forbidden_words",
        )


def refuse_forbidden(change: Change, step: Step, by: Actor) -> None:
    """A step hook: whatever is sent with a step is checked before it is.

    Raises:
        ForbiddenWords: it asks to change or remove a review. The step is not taken.
    """
    sent = [one.text for one in (change.answer, change.message) if one is not None and one.text]
    for text in sent:
        for one in check_text(text, language=language_of(text)).remarks:
            if one.severity is Severity.FORBIDDEN:
                raise ForbiddenWords(one.words)
