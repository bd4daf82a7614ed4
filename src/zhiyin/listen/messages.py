"""The body of an intake message: raw items in msgpack, compressed with LZ4, then encrypted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from zhiyin.engine.protocols import NewMessage
from zhiyin.engine.vault import Vault
from zhiyin.errors import InvalidInput
from zhiyin.listen.content import hash_contents, is_unkeyed, key_hashes
from zhiyin.listen.items import RawItem

MAX_MESSAGE_ITEMS = 1_000
MESSAGE_CONTEXT = b"intake-message"
"""What the body of a message is bound to."""
_LENGTH_BYTES = 8
_MAX_PLAIN_BYTES = 256 * 1024 * 1024
# Bodies live until they are processed: quick counts for more than small.
_CODEC = pa.Codec("lz4")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[RawItem])


def encode_message(items: Sequence[RawItem], *, vault: Vault) -> NewMessage:
    """One message for up to a thousand items; equal items give an equal id.

    An item may come without its content hash: `decode_message` makes what is missing.
    """
    plain = _encoder.encode(items)
    packed = _CODEC.compress(plain, asbytes=True)
    # Of what was packed, which is shorter than the plain and tells as much: packing loses nothing.
    message_id = vault.blind_index(packed, purpose="intake-message")
    body = vault.encrypt(len(plain).to_bytes(_LENGTH_BYTES, "big") + packed, context=MESSAGE_CONTEXT)
    return NewMessage(message_id=message_id, body=body, n_items=len(items))


def decode_message(body: bytes, *, vault: Vault) -> list[RawItem]:
    """The items of a body.

    Raises:
        InvalidInput: the body does not open or is none of ours.
    """
    opened = vault.decrypt(body, context=MESSAGE_CONTEXT)
    n_bytes = int.from_bytes(opened[:_LENGTH_BYTES], "big")
    if n_bytes > _MAX_PLAIN_BYTES:
        raise InvalidInput(f"An intake message claims {n_bytes} bytes.")
    try:
        plain = _CODEC.decompress(opened[_LENGTH_BYTES:], decompressed_size=n_bytes, asbytes=True)
        return _with_hashes(_decoder.decode(plain), vault=vault)
    except (msgspec.MsgspecError, OSError, pa.ArrowException) as error:
        raise InvalidInput(f"An intake message cannot be read ({type(error).__name__}).") from None


def _with_hashes(items: list[RawItem], *, vault: Vault) -> list[RawItem]:
    bare = iter(hash_contents([item.payload for item in items if not item.content_hash], vault=vault))
    return [
        msgspec.structs.replace(item, content_hash=next(bare))
        if not item.content_hash
        else msgspec.structs.replace(item, content_hash=key_hashes([item.content_hash], vault=vault)[0])
        if is_unkeyed(item.content_hash)
        else item
        for item in items
    ]
