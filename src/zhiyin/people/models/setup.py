"""The one-time link of the first start."""

from __future__ import annotations

from django.db import models


class SetupToken(models.Model):
    """Lets whoever started the server become its first owner, once; only the token's SHA-256 is kept."""

    secret_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"set-up token {self.pk}"
