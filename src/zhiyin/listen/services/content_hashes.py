"""Hashes of contents that were stored without a key: understood as they are, and keyed in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from zhiyin.engine.vault import Vault
from zhiyin.listen.content import is_unkeyed, key_hashes
from zhiyin.listen.services.key_store import KeyState, has_hash_of_length, read_hashes, replace_hashes

_PART = 2_000
_UNKEYED = 16


def with_keyed_hashes(states: Mapping[bytes, KeyState], *, vault: Vault) -> dict[bytes, KeyState]:
    """The states as if their hashes had always been keyed, so that old and new forms compare."""
    return {
        key: _keyed(state, vault=vault)
        if is_unkeyed(state.content_hash) or is_unkeyed(state.pending_hash)
        else state
        for key, state in states.items()
    }


def key_old_hashes(*, vault: Vault, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Key what was stored without one; whether all is keyed. Walks the table once where anything is old.

    Cut off at any point it begins again; a hash that changed meanwhile is left alone.
    """
    if not has_hash_of_length(_UNKEYED):
        return True
    last = b""
    while not should_stop():
        rows = read_hashes(after=last, n_rows=_PART)
        changes = []
        for key, content, pending in rows:
            if is_unkeyed(content) or is_unkeyed(pending):
                new_content, new_pending = key_hashes([content, pending], vault=vault)
                changes.append((new_content, new_pending, key, content, pending))
        replace_hashes(changes)
        if len(rows) < _PART:
            return True
        last = rows[-1][0]
    return False


def _keyed(state: KeyState, *, vault: Vault) -> KeyState:
    content, pending = key_hashes([state.content_hash, state.pending_hash], vault=vault)
    return msgspec.structs.replace(state, content_hash=content, pending_hash=pending)
