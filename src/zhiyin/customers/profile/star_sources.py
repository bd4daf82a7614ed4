"""Stars that rooms above keep of contacts with a customer, such as those at the steps of a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from zhiyin.customers.profile.stars import list_stars
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope


class Star(Protocol):
    """How staff felt that a contact went: 1 (badly) to 5; `entry_id` is its entry of the timeline."""

    @property
    def stars(self) -> int:
        """One to five."""

    @property
    def at(self) -> datetime:
        """When the contact was."""

    @property
    def entry_id(self) -> str:
        """Id of its entry on the timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStar:
    """A star of a source."""

    stars: int
    at: datetime
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StarSource:
    """Reads the stars of the customer with these facts' keys, within the scope of `permission`."""

    name: str
    permission: Permission
    read: Callable[[Sequence[str], Scope], Sequence[Star]]


_sources: dict[str, StarSource] = {}


def register_stars(*sources: StarSource) -> None:
    """Adds to the stars of a customer, from a room's `AppConfig.ready`. The same name again replaces."""
    _sources.update({source.name: source for source in sources})


def list_all_stars(
    keys: Sequence[str],
    *,
    scope: Scope,
    scope_for: Callable[[Permission], Scope],
    may: Callable[[Permission], bool],
) -> list[Star]:
    """The stars of contacts within `scope`, and those of every source that the asker may read, the oldest
    first.
    """
    found: list[Star] = [*list_stars(keys, scope=scope)]
    for source in _sources.values():
        if may(source.permission):
            found += source.read(keys, scope_for(source.permission))
    return sorted(found, key=lambda star: star.at)
