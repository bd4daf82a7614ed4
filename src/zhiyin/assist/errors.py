"""Why there is no draft, where the endpoint was not even asked."""

from __future__ import annotations

from zhiyin.errors import Conflict, Unavailable


class NotSet(Conflict):
    """No language model is set, or it is off."""

    def __init__(self) -> None:
        super().__init__("No language model is set.", next_step="The owner can set one in the settings.")


class LimitReached(Unavailable):
    """This month's money is spent."""

    def __init__(self) -> None:
        super().__init__(
            "This month's limit for the language model is reached.",
            next_step="The owner can raise it in the settings.",
            is_retryable=False,
        )


class Busy(Unavailable):
    """Too many drafts are being made at once."""

    def __init__(self) -> None:
        super().__init__(
            "The language model is busy with other drafts.", next_step="Try again in a few seconds."
        )
