"""What makes two items the same voice, and what makes a voice unchanged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b

import msgspec

from zhiyin.engine.vault import Vault
from zhiyin.listen.items import FeedbackIn

_VARYING_SIGNS = 3
_SHARED_BYTES = 4
_PLAIN_BYTES = 16
_KEYED_BYTES = 15


# The item as canonical JSON: equal items give equal bytes.
payload_of: Callable[[FeedbackIn], bytes] = msgspec.json.Encoder(order="deterministic").encode


def hash_contents(payloads: Sequence[bytes], *, vault: Vault) -> list[bytes]:
    """15 bytes each by which a changed voice is told from an unchanged one, and nothing without the key."""
    return key_hashes(
        [blake2b(payload, digest_size=_PLAIN_BYTES).digest() for payload in payloads], vault=vault
    )


def key_hashes(hashes: Sequence[bytes], *, vault: Vault) -> list[bytes]:
    """The keyed form of each: once they were stored without a key, which anybody can make who guesses words.

    What is keyed already, or empty, stays.
    """
    plain = [one for one in hashes if len(one) == _PLAIN_BYTES]
    keyed = iter(vault.blind_index_many(plain, purpose="feedback-content"))
    return [next(keyed)[:_KEYED_BYTES] if len(one) == _PLAIN_BYTES else one for one in hashes]


def is_unkeyed(content_hash: bytes) -> bool:
    """Whether it was stored before hashes were keyed; the length tells."""
    return len(content_hash) == _PLAIN_BYTES


def name_of(*, source: str, external_id: str) -> str:
    """What the key of a voice is made of."""
    return f"{source}\0{external_id}"


def names_of(sources: Sequence[str], external_ids: Sequence[str]) -> list[str]:
    """As `name_of` for each pair, at half the cost."""
    return [f"{source}\0{external_id}" for source, external_id in zip(sources, external_ids, strict=True)]


def make_keys(names: Sequence[str], *, vault: Vault) -> list[bytes]:
    """The key of each name: 4 bytes shared by names that differ in their last signs only, 12 of its own.

    Systems count their ids up. Keys that share a beginning lie side by side in the database, so that a
    batch touches a few pages of the index instead of a thousand: a third of the time at 300,000 keys,
    and less the more there are. It tells no more than that two ids are neighbours.
    """
    stems = [name[:-_VARYING_SIGNS] for name in names]
    distinct = list(dict.fromkeys(stems))
    indexes = vault.blind_index_many(distinct, purpose="feedback-key-stem")
    shared = {stem: index[:_SHARED_BYTES] for stem, index in zip(distinct, indexes, strict=True)}
    own = vault.blind_index_many(names, purpose="feedback-key")
    return [shared[stem] + index[_SHARED_BYTES:] for stem, index in zip(stems, own, strict=True)]
