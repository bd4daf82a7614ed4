"""Makes and revokes API keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.caches import forget_everything
from zhiyin.people.errors import KeyExists
from zhiyin.people.models import ApiKey, OrgUnit
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.audit import record_event

KEY_START = "zk_"
DEFAULT_VALID_DAYS = 365


def create_key(
    name: str,
    *,
    scopes: Iterable[KeyScope],
    source: str = "",
    unit: OrgUnit | None = None,
    limit_per_minute: int = 6000,
    valid_days: int = DEFAULT_VALID_DAYS,
    by: Actor = SYSTEM,
) -> str:
    """The secret of a new key, 192 random bits: shown now and never again.

    `source` names the other system in the facts that it sends (the key's name where it is empty);
    `limit_per_minute` counts requests, 0 means none.

    Raises:
        InvalidInput: the name or source is unusable, no scope is given, limit or days are out of range.
        KeyExists: a key of this name is in use.
    """
    granted = sorted({KeyScope(scope) for scope in scopes})
    source = source or name
    _require(name.strip() and name.isprintable() and len(name) <= 64, "A name has 1 to 64 signs.", "name")
    _require(source.isprintable() and len(source) <= 64, "A source has 1 to 64 signs.", "source")
    _require(granted, "A key needs at least one scope.", "scopes")
    _require(limit_per_minute >= 0, "A limit cannot be below 0.", "limit_per_minute")
    _require(1 <= valid_days <= 36_500, "A key is valid for 1 to 36,500 days.", "valid_days")
    secret = KEY_START + secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            key = ApiKey.objects.create(
                name=name,
                prefix=secret[: len(KEY_START) + 6],
                secret_hash=hash_secret(secret),
                scopes=[scope.value for scope in granted],
                source=source,
                unit=unit,
                limit_per_minute=limit_per_minute,
                expires_at=timezone.now() + timedelta(days=valid_days),
            )
            record_event("key.created", by=by, target=("key", key.pk), details={"scopes": " ".join(granted)})
    except IntegrityError:
        raise KeyExists(
            f"A key named '{name}' is in use.", next_step="Revoke it first, or choose another name."
        ) from None
    return secret


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
