"""The body of a message of the events' log: events in msgpack, compressed with LZ4, then encrypted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from zhiyin.customers.events.items import Event
from zhiyin.engine.protocols import NewMessage
from zhiyin.engine.vault import Vault
from zhiyin.errors import InvalidInput

_CONTEXT = b"events-message"
_LENGTH_BYTES = 8
_MAX_PLAIN_BYTES = 64 * 1024 * 1024
_CODEC = pa.Codec("lz4")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Event]).decode


def encode_events(events: Sequence[Event], *, vault: Vault) -> NewMessage:
    """One message for the events of a request."""
    plain = _encode(events)
    packed = _CODEC.compress(plain, asbytes=True)
    body = vault.encrypt(len(plain).to_bytes(_LENGTH_BYTES, "big") + packed, context=_CONTEXT)
    message_id = vault.blind_index(packed, purpose="events-message")
    return NewMessage(message_id=message_id, body=body, n_items=len(events))


def decode_events(body: bytes, *, vault: Vault) -> list[Event]:
    """The events of a body.

    Raises:
        InvalidInput: the body does not open or is none of ours.
    """
    opened = vault.decrypt(body, context=_CONTEXT)
    n_bytes = int.from_bytes(opened[:_LENGTH_BYTES], "big")
    if n_bytes > _MAX_PLAIN_BYTES:
        raise InvalidInput(f"A message of events claims {n_bytes} bytes.")
    try:
        return _decode(_CODEC.decompress(opened[_LENGTH_BYTES:], decompressed_size=n_bytes, asbytes=True))
    except (msgspec.MsgspecError, OSError, pa.ArrowException) as error:
        raise InvalidInput(f"A message of events cannot be read ({type(error).__name__}).") from None
