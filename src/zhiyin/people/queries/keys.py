"""What reads API keys; to check one, see `key_ring`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhiyin.people.errors import KeyNotFound
from zhiyin.people.models import ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A key as a list shows it; `prefix` is how its secret begins, `unit` the code of its unit."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    source: str
    unit: str | None
    limit_per_minute: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


def list_keys() -> list[ListedKey]:
    """Every key, the newest first, revoked ones included. One query."""
    return [
        ListedKey(
            id=key.pk,
            name=key.name,
            prefix=key.prefix,
            scopes=key.scopes,
            source=key.source,
            unit=key.unit.code if key.unit else None,
            limit_per_minute=key.limit_per_minute,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_on=key.last_used_on,
        )
        for key in ApiKey.objects.select_related("unit").order_by("-pk")
    ]


def get_key(name: str) -> ApiKey:
    """The key in use under that name; raises `KeyNotFound`."""
    key = ApiKey.objects.filter(name=name, revoked_at__isnull=True).first()
    if key is None:
        raise KeyNotFound(f"No key named '{name}' is in use.", next_step="See `zhiyin key list`.")
    return key
