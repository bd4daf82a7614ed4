"""Appearances as linking works with them: identifiers in normal form, with the keys that facts have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations

from zhiyin.customers.linking.contract import Appearance
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import ORDER, identifier_keys, rank_identity
from zhiyin.listen.identifiers import Identifier, read_identifier

NAME, ADDRESS = "name", "address"
_MAX_TRAIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One identifier of an appearance; `key` is empty until it is made."""

    identifier: Identifier
    key: str
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An appearance that names somebody; the first of `named` is the one that facts go by."""

    named: Sequence[Named]
    source: str
    at: datetime
    unit_id: int
    traits: dict[str, str] = field(default_factory=dict)

    @property
    def is_order_alone(self) -> bool:
        """Whether it names nobody but an order, which becomes nobody until somebody's record names it."""
        return len(self.named) == 1 and self.named[0].identifier.type == ORDER

    def pairs(self) -> list[tuple[Named, Named]]:
        """The pairs named together: each with each, but an order only with the strongest."""
        people = [one for one in self.named if one.identifier.type != ORDER]
        orders = [one for one in self.named if one.identifier.type == ORDER]
        anchor = (people or orders)[0]
        return [*combinations(people, 2), *((anchor, one) for one in orders if one is not anchor)]


def read_appearances(appearances: Sequence[Appearance], *, vault: Vault) -> list[Reading | None]:
    """Each appearance, in order; None where no identifier names anybody."""
    found = [_identifiers(one) for one in appearances]
    keys = iter(identifier_keys([one for some in found for one in some], vault=vault))
    return [
        _reading(one, some, keys=[next(keys) for _ in some]) if some else None
        for one, some in zip(appearances, found, strict=True)
    ]


def _identifiers(appearance: Appearance) -> dict[Identifier, bool]:
    """The identifiers and whether the source vouches for each, the strongest first."""
    found: dict[Identifier, bool] = {}
    for identity in appearance.identities:
        identifier = read_identifier(identity.type, identity.value, source=appearance.source)
        if identifier is not None:
            found[identifier] = found.get(identifier, False) or identity.verified
    return dict(sorted(found.items(), key=lambda item: rank_identity(item[1], item[0])))


def _reading(appearance: Appearance, found: dict[Identifier, bool], *, keys: Sequence[str]) -> Reading:
    told = {NAME: appearance.name, ADDRESS: appearance.address, **appearance.traits}
    return Reading(
        named=[
            Named(identifier=identifier, key=key, is_verified=is_verified)
            for (identifier, is_verified), key in zip(found.items(), keys, strict=True)
        ],
        source=appearance.source[:200],
        at=appearance.at if appearance.at.tzinfo else appearance.at.replace(tzinfo=UTC),
        unit_id=appearance.unit_id or 0,
        traits={name: value[:_MAX_TRAIT] for name, value in told.items() if value},
    )
