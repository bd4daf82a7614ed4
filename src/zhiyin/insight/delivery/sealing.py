"""Opens and seals what reaches a destination."""

from __future__ import annotations

import msgspec
from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.engine.sealed import SealedStore
from zhiyin.insight.delivery.letters import Address
from zhiyin.insight.models import Destination
from zhiyin.people.sealed_columns import SealedColumn

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


def list_sealed_here() -> list[SealedStore]:
    """Where the addresses are kept, for the rotation of the keys."""
    return [SealedColumn(model=Destination, column="sealed", context=lambda _: _CONTEXT)]
