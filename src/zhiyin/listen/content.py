"""What makes two items the same voice, and what makes a voice unchanged."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from zhiyin.listen.items import FeedbackIn

_encode = msgspec.json.Encoder(order="deterministic").encode


def payload_of(item: FeedbackIn) -> bytes:
    """The item as canonical JSON: equal items give equal bytes."""
    return _encode(item)


def hash_payload(payload: bytes) -> bytes:
    """16 bytes by which a changed voice is told from an unchanged one."""
    return blake2b(payload, digest_size=16).digest()


def name_of(*, source: str, external_id: str) -> str:
    """What the blind index of a voice's key is made of."""
    return f"{source}\0{external_id}"
