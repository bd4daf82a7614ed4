"""API keys of other systems."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ApiKey(models.Model):
    """A key by which another system speaks to the API; only its SHA-256 and its first signs are kept.

    A fast hash is right for 192 random bits: there is no dictionary to try. `limit_per_minute` counts
    requests, 0 means none; `source` names the system in the facts that it sends.
    """

    name = models.CharField(max_length=64)
    prefix = models.CharField(max_length=16)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField()
    source = models.CharField(max_length=64)
    unit = models.ForeignKey("people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT)
    limit_per_minute = models.PositiveIntegerField(default=6000)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Names are for people, so only one key in use has each."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at__isnull=True),
                name="people_one_key_in_use_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
