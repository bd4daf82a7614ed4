"""The key by which facts of one person are found again, made from the strongest identifier."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.engine.vault import Vault
from zhiyin.listen.identifiers import Identifier, read_identifier
from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.records.order_keys import ORDER_PURPOSE

AUTHOR_PURPOSE = "author"
ORDER = "order"


def author_keys(
    authors: Sequence[AuthorIn | None],
    *,
    sources: Sequence[str],
    order_ids: Sequence[str | None],
    vault: Vault,
) -> list[str | None]:
    """The key of whoever each record names, in order; None where it names nobody.

    A record without a person belongs to whoever its order belongs to, and so has the order's key.
    """
    found = [
        _strongest(author, source=source, order_id=order_id)
        for author, source, order_id in zip(authors, sources, order_ids, strict=True)
    ]
    return _keys(found, vault=vault)


def identifier_keys(identifiers: Sequence[Identifier], *, vault: Vault) -> list[str]:
    """The key of each, as facts name it."""
    return [key for key in _keys(identifiers, vault=vault) if key]


def rank_identity(is_verified: bool, identifier: Identifier) -> tuple[int, bool, int]:
    """Accounts before what a household may share, and that before things; then what the source vouches for.

    A phone that five people give would else take over what their accounts said.
    """
    class_, place = identifier.rank
    return (class_, not is_verified, place)


def _strongest(author: AuthorIn | None, *, source: str, order_id: str | None) -> Identifier | None:
    identities = [*author.identities] if author else []
    if order_id:
        identities.append(IdentityIn(type=ORDER, value=order_id))
    best: tuple[tuple[int, bool, int], Identifier] | None = None
    for identity in identities:
        identifier = read_identifier(identity.type, identity.value, source=source)
        if identifier is None:
            continue
        rank = rank_identity(identity.verified, identifier)
        if best is None or rank < best[0]:
            best = (rank, identifier)
    return best[1] if best else None


def _keys(identifiers: Sequence[Identifier | None], *, vault: Vault) -> list[str | None]:
    keys: list[str | None] = [None] * len(identifiers)
    for is_order, purpose in ((False, AUTHOR_PURPOSE), (True, ORDER_PURPOSE)):
        places = [place for place, one in enumerate(identifiers) if one and (one.type == ORDER) is is_order]
        names = [one.name for place in places if (one := identifiers[place])]
        for place, index in zip(places, vault.blind_index_many(names, purpose=purpose), strict=True):
            keys[place] = index.hex()
    return keys
