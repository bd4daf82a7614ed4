"""The keys of encryption at rest: a new one, everything moved to it, old ones taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.engine.sealed import Moved, list_sealed
from zhiyin.engine.vault_keys import has_outside_master
from zhiyin.errors import Conflict
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.services.audit import record_event

# What was sealed under the old key a moment before the new one came is stored by then.
GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A data key and how many tokens it has written that are still there."""

    version: int
    made_at: datetime
    n_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """One place that holds tokens, with how many of each data key."""

    name: str
    n_by_version: Mapping[int, int]
    expires: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysState:
    """All data keys, the oldest first; `lost` are versions that tokens name and no key has."""

    keys: Sequence[DataKey]
    stores: Sequence[StoreState]
    has_outside_master: bool

    @property
    def newest(self) -> int:
        """The version that encrypts now."""
        return self.keys[-1].version

    @property
    def n_old(self) -> int:
        """Tokens of older keys."""
        return sum(key.n_tokens for key in self.keys[:-1])

    @property
    def lost(self) -> Mapping[int, int]:
        """How many tokens name a key that is not there, by its version."""
        known = {key.version for key in self.keys}
        counts: dict[int, int] = {}
        for store in self.stores:
            for version, n_tokens in store.n_by_version.items():
                if version not in known:
                    counts[version] = counts.get(version, 0) + n_tokens
        return counts


def read_keys_state() -> KeysState:
    """Counts all tokens; reads the first bytes of everything sealed, of a million items a few seconds."""
    vault = open_engine(settings.HOME).vault
    stores = [
        StoreState(name=store.name, n_by_version=store.count_by_version(), expires=store.expires)
        for store in list_sealed()
    ]
    keys = [
        DataKey(
            version=version,
            made_at=vault.made_at(version),
            n_tokens=sum(store.n_by_version.get(version, 0) for store in stores),
        )
        for version in vault.versions
    ]
    return KeysState(keys=keys, stores=stores, has_outside_master=has_outside_master())


def rotate_keys(*, by: Actor = SYSTEM) -> int:
    """Makes a data key, under which everything is sealed from now on, by every process; its version."""
    version = open_engine(settings.HOME).vault.rotate()
    record_event("encryption.rotated", by=by, details={"version": version})
    return version


def reencrypt(
    *, by: Actor = SYSTEM, on_progress: Callable[[str, int], None] = lambda *_: None
) -> dict[str, Moved]:
    """Seals all under the newest key what older ones sealed; what became of each store that had some.

    It may be killed and run again. `on_progress` is told a store and how many tokens were moved there.
    """
    newest = open_engine(settings.HOME).vault.version
    moved: dict[str, Moved] = {}
    for store in list_sealed():
        done = store.move(to=newest, on_moved=partial(on_progress, store.name))
        if done != Moved():
            moved[store.name] = done
    n_moved = sum(done.n_moved for done in moved.values())
    record_event("encryption.moved", by=by, details={"version": newest, "tokens": n_moved})
    return moved


def retire_keys(*, by: Actor = SYSTEM, now: datetime | None = None) -> list[int]:
    """Destroys the old data keys that nothing uses; their versions. Copies of old data stay closed for good.

    Raises:
        Conflict: there are older keys, and every one is still in use, or its successor is too young.
    """
    state, moment = read_keys_state(), now or datetime.now(UTC)
    old = [*zip(state.keys, state.keys[1:], strict=False)]
    ready = [key for key, successor in old if not key.n_tokens and moment - successor.made_at >= GRACE]
    if old and not ready:
        raise Conflict(_why_not(state), next_step="Run `zhiyin keys reencrypt`, then try again in an hour.")
    for key in ready:
        record_event("encryption.retired", by=by, details={"version": key.version})
        open_engine(settings.HOME).vault.retire(key.version)
    return [key.version for key in ready]


def _why_not(state: KeysState) -> str:
    for key in state.keys[:-1]:
        for store in state.stores:
            if n_tokens := store.n_by_version.get(key.version):
                return f"Key {key.version} is still needed for {n_tokens} items of {store.name}."
    return "A key that nothing uses is kept for an hour after its successor was made."
