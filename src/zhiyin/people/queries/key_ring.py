"""Checks API keys, thousands of times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q
from django.utils import timezone

from zhiyin.people.caches import forgets
from zhiyin.people.models import ApiKey
from zhiyin.people.permissions import KeyScope, Permission
from zhiyin.people.queries.units import subtree_ids
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.keys import KEY_START, hash_secret

# A key revoked in another process still works this long.
CACHE_SECONDS = 5.0
_MAX_CACHED = 10_000
_MAX_SECRET = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIdentity:
    """What a valid key stands for; `limit_per_minute` counts requests, 0 means none."""

    key_id: int
    name: str
    source: str
    scopes: frozenset[KeyScope]
    scope: Scope
    limit_per_minute: int
    expires_at: datetime

    def may(self, permission: Permission) -> bool:
        """Whether one of the key's scopes gives the permission. A key never stands for a person."""
        return permission is Permission.PUBLIC or permission.value in self.scopes


class KeyRing:
    """Remembers for `CACHE_SECONDS` what a secret stands for, wrong secrets too. Safe between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[bytes, tuple[float, KeyIdentity | None]] = {}
        self._lock = threading.Lock()

    def authenticate(self, secret: str) -> KeyIdentity | None:
        """As `authenticate_key`."""
        if not secret.startswith(KEY_START) or len(secret) > _MAX_SECRET:
            return None
        digest = hash_secret(secret)
        now = self._clock()
        good_until, identity = self._known.get(digest, (0.0, None))
        if now >= good_until:
            identity = _read_identity(digest)
            self._remember(digest, (now + CACHE_SECONDS, identity))
        if identity is None or identity.expires_at <= timezone.now():
            return None
        return identity

    def forget(self) -> None:
        """Ask the database again for every key."""
        with self._lock:
            self._known.clear()

    def _remember(self, digest: bytes, entry: tuple[float, KeyIdentity | None]) -> None:
        with self._lock:
            if len(self._known) >= _MAX_CACHED:  # somebody is guessing; real keys come back at once
                self._known.clear()
            self._known[digest] = entry


_ring = KeyRing()
forgets(_ring.forget)


def authenticate_key(secret: str) -> KeyIdentity | None:
    """Whom the secret belongs to; None where it is unknown, revoked or expired.

    A dictionary look-up of a microsecond or two; once in five seconds a key asks the database, and on
    its first use of a day writes that it was used. Blocking: call it in a thread from async code.
    """
    return _ring.authenticate(secret)


def _read_identity(digest: bytes) -> KeyIdentity | None:
    key = ApiKey.objects.select_related("unit").filter(secret_hash=digest, revoked_at__isnull=True).first()
    if key is None:
        return None
    _note_use(key, today=datetime.now(UTC).date())
    return KeyIdentity(
        key_id=key.pk,
        name=key.name,
        source=key.source,
        scopes=frozenset(KeyScope(scope) for scope in key.scopes),
        scope=Scope(unit_ids=subtree_ids([key.unit.path])) if key.unit else EVERYTHING,
        limit_per_minute=key.limit_per_minute,
        expires_at=key.expires_at,
    )


def _note_use(key: ApiKey, *, today: date) -> None:
    if key.last_used_on != today:
        earlier = Q(last_used_on__isnull=True) | Q(last_used_on__lt=today)
        ApiKey.objects.filter(earlier, pk=key.pk).update(last_used_on=today)
