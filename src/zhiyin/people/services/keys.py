"""Makes and revokes API keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import Account, ApiKey, OrgUnit
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.audit import record_event

KEY_START = "zk_"
DEFAULT_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key just made; `secret` is shown now and never again."""

    key: ApiKey
    secret: str


def create_key(
    name: str,
    *,
    scopes: Iterable[KeyScope],
    source: str = "",
    unit: OrgUnit | None = None,
    limit_per_minute: int = 6000,
    expires_at: datetime | None = None,
    created_by: Account | None = None,
    by: Actor = SYSTEM,
) -> NewKey:
    """A new key of 192 random bits, good for a year where no `expires_at` is given.

    Raises:
        InvalidInput: the name or source is unusable, no scope is given, the limit is negative, or the
            key would be born expired.
    """
    granted = sorted({KeyScope(scope) for scope in scopes})
    expires = expires_at or timezone.now() + DEFAULT_LIFE
    _require(
        name.strip() and name.isprintable() and len(name) <= 100, "A key's name has 1 to 100 signs.", "name"
    )
    _require(
        len(source or name) <= 64 and (source or name).isprintable(), "A source has 1 to 64 signs.", "source"
    )
    _require(bool(granted), "A key needs at least one scope.", "scopes")
    _require(limit_per_minute >= 0, "A limit cannot be below 0.", "limit_per_minute")
    _require(expires > timezone.now(), "The key would have expired already.", "expires_at")
    secret = KEY_START + secrets.token_urlsafe(24)
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=secret[: len(KEY_START) + 6],
            secret_hash=hash_secret(secret),
            scopes=[scope.value for scope in granted],
            source=source or name,
            unit=unit,
            limit_per_minute=limit_per_minute,
            expires_at=expires,
            created_by=created_by,
        )
        record_event("key.created", by=by, target=("key", key.pk), details={"scopes": " ".join(granted)})
    return NewKey(key=key, secret=secret)


def revoke_key(key: ApiKey, *, by: Actor = SYSTEM) -> None:
    """Stop the key: at once in this process, within five seconds in others. Twice does no harm."""
    with transaction.atomic():
        changed = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
        if changed:
            record_event("key.revoked", by=by, target=("key", key.pk))
        forget_everything()
        transaction.on_commit(forget_everything)  # another thread may have read it again meanwhile
    key.refresh_from_db()


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret of many random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _require(is_good: object, message: str, field: str) -> None:
    if not is_good:
        raise InvalidInput(message, next_step="Correct it.", field=field)
