"""What reads API keys; to check one, see `key_ring`."""

from __future__ import annotations

from zhiyin.people.models import ApiKey


def list_keys() -> list[ApiKey]:
    """Every key, the newest first, revoked ones included."""
    return list(ApiKey.objects.select_related("unit", "created_by").order_by("-pk"))


def find_key(key_id: int) -> ApiKey | None:
    """The key of that id."""
    return ApiKey.objects.filter(pk=key_id).first()
