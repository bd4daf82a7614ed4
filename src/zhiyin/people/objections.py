"""Why an account cannot be shut yet: what rooms above say against it, registered as data.

An upper room appends to `objections` in its `AppConfig.ready`; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhiyin.people.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What stands against it, in the language of the page, and the link by which it is set right."""

    text: str
    url: str
    link: str


objections: list[Callable[[Account], Objection | None]] = []
"""Each is asked before an account is shut, within the transaction; None has nothing against it."""


def collect_objections(account: Account) -> list[Objection]:
    """All that stands against shutting the account."""
    return [found for ask in objections if (found := ask(account)) is not None]
