"""What can go wrong on the customers' pages."""

from __future__ import annotations

from zhiyin.errors import Conflict, Forbidden, NotFound


class SpeakLinkNotFound(NotFound):
    """No such link, or it was switched off."""


class SpeakLinkExists(Conflict):
    """The unit has a link for this place already."""


class PageNotFound(NotFound):
    """The link to a case is wrong, or the number and the digits do not belong together.

    It never says which: a stranger must not learn which numbers exist.
    """

    def __init__(self) -> None:
        super().__init__("There is no case here.", next_step="Check the link, or the number and the digits.")


class TooManyTries(Forbidden):
    """Somebody tried too often; `wait_seconds` until it may be tried again."""

    def __init__(self, wait_seconds: int) -> None:
        minutes = -(-wait_seconds // 60)
        super().__init__("This was tried too often.", next_step=f"Try again in {minutes} minutes.")
        self.wait_seconds = wait_seconds
