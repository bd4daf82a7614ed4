"""One-time links by which a person sets the own password."""

from __future__ import annotations

from typing import ClassVar, Literal

from django.conf import settings
from django.db import models

LinkKind = Literal["invitation", "reset"]
LINK_KINDS: tuple[LinkKind, ...] = ("invitation", "reset")


class AccountLink(models.Model):
    """Lets whoever holds it set the account's password, once; only the link's SHA-256 is kept."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in LINK_KINDS])
    secret_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The kinds are few."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=LINK_KINDS), name="people_link_kind_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} for account {self.account_id}"
