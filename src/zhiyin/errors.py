"""The one tree of errors: rooms name the situation, each edge translates once."""

from __future__ import annotations


class ZhiyinError(Exception):
    """Something that a person can be told: what happened, to which thing, what to do next."""

    code = "error"

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class NotFound(ZhiyinError):
    """The thing does not exist, or belongs to an org unit that the asker may not see."""

    code = "not_found"


class InvalidInput(ZhiyinError):
    """The input is unusable; `row` (0-based data row) and `field` say where, if known."""

    code = "invalid_input"

    def __init__(
        self, message: str, *, next_step: str = "", row: int | None = None, field: str | None = None
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.row = row
        self.field = field


class Forbidden(ZhiyinError):
    """The asker is known and may not do this."""

    code = "forbidden"


class Conflict(ZhiyinError):
    """The thing is in a state that does not allow this now."""

    code = "conflict"


class Unavailable(ZhiyinError):
    """A part does not answer; `is_retryable` says whether trying again can help."""

    code = "unavailable"

    def __init__(self, message: str, *, next_step: str = "", is_retryable: bool = True) -> None:
        super().__init__(message, next_step=next_step)
        self.is_retryable = is_retryable
