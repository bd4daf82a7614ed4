"""Who acts: an account, an API key, or the installation itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhiyin.people.models import Account

ActorKind = Literal["account", "key", "system", "visitor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it and from which network address (empty where there is none)."""

    kind: ActorKind
    id: str = ""
    address: str = ""

    @classmethod
    def of(cls, account: Account, *, address: str = "") -> Actor:
        """The actor that a signed-in account is."""
        return cls(kind="account", id=str(account.pk), address=address)


# The command line, the pipeline and migrations.
SYSTEM = Actor(kind="system")
