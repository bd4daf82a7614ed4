"""Appearances as linking works with them: identifiers in normal form, with the keys that facts have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations

import msgspec

from zhiyin.customers.linking.contract import Appearance
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import ORDER, identifier_keys, rank_identity
from zhiyin.listen.identifiers import Identifier, read_identifier

NAME, ADDRESS = "name", "address"
_MAX_TRAIT = 500


class Named(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One identifier of an appearance; `key` is empty until it is made."""

    identifier: Identifier
    key: str
    is_verified: bool


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An appearance that names somebody; the first of `named` is the one that facts go by."""

    named: Sequence[Named]
    source: str
    at: datetime
    unit_id: int
    traits: dict[str, str] = {}

    @property
    def is_order_alone(self) -> bool:
        """Whether it names nobody but an order, which becomes nobody until somebody's record names it."""
        return len(self.named) == 1 and self.named[0].identifier.type == ORDER

    def pairs(self) -> list[tuple[Named, Named]]:
        """The pairs named together: each with each, but an order only with the strongest."""
        if len(self.named) == 1:
            return []
        if len(self.named) == 2:
            return [(self.named[0], self.named[1])]
        people = [one for one in self.named if one.identifier.type != ORDER]
        orders = [one for one in self.named if one.identifier.type == ORDER]
        anchor = (people or orders)[0]
        return [*combinations(people, 2), *((anchor, one) for one in orders if one is not anchor)]


def read_appearances(appearances: Sequence[Appearance], *, vault: Vault) -> list[Reading | None]:
    """Each appearance, in order; None where no identifier names anybody."""
    found = [_identifiers(one) for one in appearances]
    keys = identifier_keys([identifier for some in found for identifier, _ in some], vault=vault)
    readings: list[Reading | None] = []
    start = 0
    for one, some in zip(appearances, found, strict=True):
        end = start + len(some)
        readings.append(_reading(one, some, keys=keys[start:end]) if some else None)
        start = end
    return readings


def _identifiers(appearance: Appearance) -> list[tuple[Identifier, bool]]:
    """The identifiers and whether the source vouches for each, the strongest first.

    Two ways of writing one are one.
    """
    read = [
        (identifier, identity.verified)
        for identity in appearance.identities
        if (identifier := read_identifier(identity.type, identity.value, source=appearance.source))
    ]
    if len(read) < 2:
        return read
    found: dict[str, tuple[Identifier, bool]] = {}
    for identifier, is_verified in read:
        known, was_verified = found.setdefault(identifier.name, (identifier, is_verified))
        if is_verified and not was_verified:
            found[known.name] = (known, True)
    return sorted(found.values(), key=_rank)


def _rank(one: tuple[Identifier, bool]) -> tuple[int, bool, int]:
    return rank_identity(one[1], one[0])


def _reading(
    appearance: Appearance, found: Sequence[tuple[Identifier, bool]], *, keys: Sequence[str]
) -> Reading:
    told = {NAME: appearance.name, ADDRESS: appearance.address, **appearance.traits}
    return Reading(
        named=[
            Named(identifier=identifier, key=key, is_verified=is_verified)
            for (identifier, is_verified), key in zip(found, keys, strict=True)
        ],
        source=appearance.source[:200],
        at=appearance.at if appearance.at.tzinfo else appearance.at.replace(tzinfo=UTC),
        unit_id=appearance.unit_id or 0,
        traits={name: value[:_MAX_TRAIT] for name, value in told.items() if value},
    )
