"""What can go wrong on the customers' pages."""

from __future__ import annotations

from enum import StrEnum

from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound


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


class FileReason(StrEnum):
    """Why a photo or recording was not taken."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    EMPTY = "empty"
    HEIC = "heic"
    VIDEO = "video"
    NO_PHOTO = "no_photo"
    NO_SOUND = "no_sound"
    DAMAGED = "damaged"


class FileRefused(InvalidInput):
    """The file is none that we take; `reason` says why, and what it is called is the customer's business."""

    def __init__(self, reason: FileReason) -> None:
        super().__init__("This file cannot be taken.", next_step="Choose another.", field="photos")
        self.reason = reason


class EvidenceNotFound(NotFound):
    """No such photo or recording, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such file.", next_step="Open it from its case.")
