"""What can go wrong with articles."""

from __future__ import annotations

from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound


class ArticleNotFound(NotFound):
    """No such article, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such article.", next_step="Search for it by its words.")


class ArticleChanged(Conflict):
    """Somebody saved another version since the asker looked."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else saved another version of this article in the meantime.",
            next_step="Read what is there now, then add yours.",
        )


class NotNow(Conflict):
    """The article stands where this step cannot be taken."""

    def __init__(self) -> None:
        super().__init__(
            "The article stands where this step cannot be taken.", next_step="Look at how it stands now."
        )


class NotReviewed(Conflict):
    """Only what somebody reviewed is published."""

    def __init__(self) -> None:
        super().__init__("Only a reviewed version can be published.", next_step="Have it reviewed first.")


class ForbiddenWords(Conflict):
    """Words that must not leave the house; `words` are they."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"Customers must not be asked to change or remove a review: '{words}'.",
            next_step="Take these words out first.",
        )
        self.words = words


class OwnReview(Forbidden):
    """Whoever wrote a version does not review it, where somebody else can."""

    def __init__(self) -> None:
        super().__init__(
            "You wrote this version yourself.",
            next_step="Ask a colleague who may edit articles to review it.",
        )


class FileRefused(InvalidInput):
    """A file that cannot be taken in, so that none was; `name` is the file's."""

    def __init__(self, name: str, reason: str, *, next_step: str = "") -> None:
        super().__init__(f"'{name}' {reason}", next_step=next_step, field="files")
        self.name = name


class FileOfOtherUnit(FileRefused):
    """A file with an article for a unit that the asker does not edit."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "is for a unit that you do not edit.", next_step="Name a unit by its code.")
