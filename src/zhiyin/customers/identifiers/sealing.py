"""Seals identifiers and what is told of a person; a token opens only for the identity it was made for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from zhiyin.customers.identifiers.masking import mask_identifier
from zhiyin.listen.records.receivers import TAIL_PURPOSE

if TYPE_CHECKING:
    from zhiyin.customers.models import Identity
    from zhiyin.engine.vault import Vault

_NOT_WORD = re.compile(r"[\W_]+")
_TAIL = 4
_SHORTEST = 6
# Their last four signs are no number that anybody would tell.
_WITHOUT_TAIL = frozenset({"email", "name", "name_address", "address", "wechat_openid", "wechat_unionid"})
_traits = msgspec.json.Decoder(dict[str, str])
_encode = msgspec.json.Encoder(order="deterministic").encode


def seal_identifier(value: str, *, key: str, vault: Vault) -> bytes:
    """The value as `Identity.sealed` holds it; `key` is that identity's."""
    return vault.encrypt(value.encode("utf-8", "replace"), context=identifier_context(key))


def seal_identifiers(values: Sequence[str], *, keys: Sequence[str], vault: Vault) -> list[bytes]:
    """As `seal_identifier` for each value with its identity's key, in order."""
    items = [
        (value.encode("utf-8", "replace"), identifier_context(key))
        for value, key in zip(values, keys, strict=True)
    ]
    return vault.encrypt_each(items)


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
    tail = _tail(type, value)
    return tail_key(tail, vault=vault) if tail else None


def make_tail_keys(identifiers: Sequence[tuple[str, str]], *, vault: Vault) -> list[str | None]:
    """As `make_tail_key` for each type and value, in order."""
    tails = [_tail(type_, value) for type_, value in identifiers]
    known = list({tail for tail in tails if tail})
    indexes = vault.blind_index_many(known, purpose=TAIL_PURPOSE)
    key_of = {tail: index.hex() for tail, index in zip(known, indexes, strict=True)}
    return [key_of[tail] if tail else None for tail in tails]


def _tail(type: str, value: str) -> str:
    """The last four signs as they are looked up; empty where there is no such number."""
    if type in _WITHOUT_TAIL:
        return ""
    folded = value.casefold()
    signs = folded if folded.isalnum() else _NOT_WORD.sub("", folded)
    return signs[-_TAIL:] if len(signs) >= _SHORTEST else ""


def tail_key(last_four: str, *, vault: Vault) -> str:
    """What is looked up for four typed signs."""
    return vault.blind_index(last_four.strip().casefold(), purpose=TAIL_PURPOSE).hex()


def identifier_context(key: str) -> bytes:
    """What the token of an identifier is bound to."""
    return b"customer-identifier\0" + key.encode()


def traits_context(key: str) -> bytes:
    """What the token of traits is bound to."""
    return b"customer-traits\0" + key.encode()
