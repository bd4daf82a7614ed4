"""What can go wrong with people, units and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound

if TYPE_CHECKING:
    from zhiyin.people.objections import Objection


class AccountExists(Conflict):
    """The sign-in name is taken."""


class AccountNotFound(NotFound):
    """No account of that name."""


class LastOwner(Conflict):
    """The change would leave the installation without an owner."""

    def __init__(self) -> None:
        super().__init__(
            "This is the last owner of the installation.", next_step="Make somebody else an owner first."
        )


class AccountNeeded(Conflict):
    """Something still depends on the account, so it cannot be shut; `objections` say what."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        text = " ".join(one.text for one in objections)
        super().__init__(text, next_step="Settle this first, then shut the account.")
        self.objections = objections


class WeakPassword(InvalidInput):
    """The password breaks a rule; `reasons` are ready to be shown, in the language of the request."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("The password is not good enough.", next_step=" ".join(reasons), field="password")
        self.reasons = reasons


class AlreadySetUp(Conflict):
    """The installation has an owner, so nobody can become the first."""

    def __init__(self) -> None:
        super().__init__("Zhiyin is set up already.", next_step="Sign in, or ask an owner for an account.")


class SetupTokenInvalid(NotFound):
    """The set-up link was never made, was used, or has expired."""

    def __init__(self) -> None:
        super().__init__(
            "This set-up link does not exist, was used, or has expired.",
            next_step="Start the server again: it prints a new link as long as there is no owner.",
        )


class AccountLinkInvalid(NotFound):
    """The link to set a password was never made, was used, has expired, or its account is shut."""

    def __init__(self) -> None:
        super().__init__(
            "This link does not exist, was used, or has expired.",
            next_step="Ask whoever sent it for a new one.",
        )


class UnitNotFound(NotFound):
    """No such org unit, or none that the asker may see."""


class UnitExists(Conflict):
    """The unit's code is taken, or there is a root already."""


class UnitMoveImpossible(Conflict):
    """The unit cannot stand there: below itself, or it is the root."""


class KeyExists(Conflict):
    """A key of that name is in use."""


class KeyNotFound(NotFound):
    """No key of that name is in use."""


class TooManyAttempts(Forbidden):
    """Signing in failed too often; `wait_seconds` until it may be tried again."""

    def __init__(self, wait_seconds: int) -> None:
        minutes = -(-wait_seconds // 60)
        super().__init__("Signing in failed too often.", next_step=f"Try again in {minutes} minutes.")
        self.wait_seconds = wait_seconds


class WrongCredentials(Forbidden):
    """Name or password is wrong, or the account is shut."""

    def __init__(self) -> None:
        super().__init__("Name or password is wrong.", next_step="Check both and try again.")
