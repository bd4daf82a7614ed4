"""The audit trail: who did what to which thing, when, from where, with what outcome."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditEvent(models.Model):
    """One link of the chain; `hash` covers every other field and the hash before it.

    `details` is canonical JSON text of strings, so that both databases give back the very bytes.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64, db_index=True)
    target_kind = models.CharField(max_length=32, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=16)
    address = models.CharField(max_length=64, blank=True)
    details = models.TextField(default="{}")
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        """What one person did, and what befell one thing, are asked for often."""

        indexes: ClassVar = [
            models.Index(fields=["actor_kind", "actor_id", "sequence"], name="people_audit_by_actor"),
            models.Index(fields=["target_kind", "target_id", "sequence"], name="people_audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.outcome}"


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that a cut-off tail shows."""

    sequence = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=b"\0" * 32)

    def __str__(self) -> str:
        return f"head at {self.sequence}"
