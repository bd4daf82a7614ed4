"""Opens and seals what reaches a destination."""

from __future__ import annotations

import msgspec
from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.insight.delivery.letters import Address

_CONTEXT = b"insight.destination"
_decode = msgspec.json.Decoder(Address).decode


def seal(address: Address) -> bytes:
    """The address as only this installation's keys open it."""
    return open_engine(settings.HOME).vault.encrypt(msgspec.json.encode(address), context=_CONTEXT)


def unseal(sealed: bytes) -> Address:
    """The address.

    Raises:
        TokenUnreadable, VaultClosed: the keys are others.
    """
    return _decode(open_engine(settings.HOME).vault.decrypt(bytes(sealed), context=_CONTEXT))
