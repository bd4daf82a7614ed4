"""Puts away what cannot be processed, and brings it back after a repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from zhiyin.engine.protocols import IntakeLog, NewMessage
from zhiyin.engine.vault import Vault
from zhiyin.errors import InvalidInput
from zhiyin.listen.items import RawItem
from zhiyin.listen.messages import decode_message, encode_message
from zhiyin.listen.models import SetAsideItem
from zhiyin.listen.pipeline.voices import Refused
from zhiyin.listen.services.key_store import find_keys


def set_aside(refused: Sequence[Refused], *, vault: Vault) -> None:
    """Keep them, encrypted, for `zhiyin doctor`; the same one twice is kept once."""
    rows = [
        SetAsideItem(
            sequence=one.sequence,
            position=one.position,
            n_items=one.n_items,
            payload=_body(one, vault=vault),
            reason=one.reason[:200],
        )
        for one in refused
    ]
    SetAsideItem.objects.bulk_create(rows, ignore_conflicts=True)


def retry_set_aside(log: IntakeLog, *, vault: Vault) -> int:
    """Log once more, under the same ids, what was set aside; returns how many items.

    What cannot even be opened stays where it is, and so does what was edited since: logged again it
    would undo the edit.
    """
    n_items = 0
    for row in SetAsideItem.objects.order_by("sequence", "position"):
        try:
            items = decode_message(bytes(row.payload), vault=vault)
        except InvalidInput:
            continue
        if any(state.sequence > row.sequence for state in find_keys([item.key for item in items]).values()):
            continue
        log.append([_renamed(encode_message(items, vault=vault), row)])
        row.delete()
        n_items += row.n_items
    return n_items


def _renamed(message: NewMessage, row: SetAsideItem) -> NewMessage:
    """Under its old id the log would take it for a repetition; this one is new once a row."""
    name = message.message_id + str(row.pk).encode()
    return replace(message, message_id=blake2b(name, digest_size=16).digest())


def _body(one: Refused, *, vault: Vault) -> bytes:
    content = one.content
    return encode_message([content], vault=vault).body if isinstance(content, RawItem) else content
