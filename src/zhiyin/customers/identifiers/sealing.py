"""Seals identifiers and what is told of a person; a token opens only for the identity it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from zhiyin.customers.identifiers.masking import mask_identifier

if TYPE_CHECKING:
    from zhiyin.customers.models import Identity
    from zhiyin.engine.vault import Vault

TAIL_PURPOSE = "customer-tail"
_TAIL = 4
_SHORTEST = 6
# Their last four signs are no number that anybody would tell.
_WITHOUT_TAIL = frozenset({"email", "name", "name_address", "address", "wechat_openid", "wechat_unionid"})
_traits = msgspec.json.Decoder(dict[str, str])
_encode = msgspec.json.Encoder(order="deterministic").encode


def seal_identifier(value: str, *, key: str, vault: Vault) -> bytes:
    """The value as `Identity.sealed` holds it; `key` is that identity's."""
    return vault.encrypt(value.encode("utf-8", "replace"), context=identifier_context(key))


def open_identity(identity: Identity, *, vault: Vault) -> str:
    """The identifier in clear: for comparing in memory, never for a page (see `reveal_identity`).

    Raises:
        TokenUnreadable: it was damaged, or moved here from another identity.
    """
    return vault.decrypt(bytes(identity.sealed), context=identifier_context(identity.key)).decode()


def mask_identity(identity: Identity, *, vault: Vault) -> str:
    """The identifier covered as `mask_identifier` does."""
    return mask_identifier(identity.type, open_identity(identity, vault=vault))


def seal_traits(traits: dict[str, str], *, key: str, vault: Vault) -> bytes:
    """What sources tell of the person (name, address, birthday) as `Identity.traits_sealed` holds it."""
    return vault.encrypt(_encode(traits), context=traits_context(key))


def open_traits(identity: Identity, *, vault: Vault) -> dict[str, str]:
    """The traits in clear, for comparing in memory; none where nothing was told.

    Raises:
        TokenUnreadable: they were damaged, or moved here from another identity.
    """
    if not identity.traits_sealed:
        return {}
    return _traits.decode(vault.decrypt(bytes(identity.traits_sealed), context=traits_context(identity.key)))


def make_tail_key(type: str, value: str, *, vault: Vault) -> str | None:
    """`Identity.tail_key`: the blind index of the last four signs; None where there is no such number."""
    signs = "".join(sign for sign in value.casefold() if sign.isalnum())
    if type in _WITHOUT_TAIL or len(signs) < _SHORTEST:
        return None
    return tail_key(signs[-_TAIL:], vault=vault)


def tail_key(last_four: str, *, vault: Vault) -> str:
    """What is looked up for four typed signs."""
    return vault.blind_index(last_four.strip().casefold(), purpose=TAIL_PURPOSE).hex()


def identifier_context(key: str) -> bytes:
    """What the token of an identifier is bound to."""
    return b"customer-identifier\0" + key.encode()


def traits_context(key: str) -> bytes:
    """What the token of traits is bound to."""
    return b"customer-traits\0" + key.encode()
