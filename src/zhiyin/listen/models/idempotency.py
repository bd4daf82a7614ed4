"""Answers to requests that carried an `Idempotency-Key`, kept for a repetition."""

from __future__ import annotations

from django.db import models


class IdempotencyRecord(models.Model):
    """One keyed request of one API key; `status_code` is 0 while it runs.

    `key_hash` is a hash of the header and the API key, `fingerprint` one of the payload.
    """

    key_hash = models.BinaryField(primary_key=True, max_length=16)
    fingerprint = models.BinaryField(max_length=16)
    status_code = models.SmallIntegerField(default=0)
    body = models.BinaryField(default=b"")
    started_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.status_code or 'running'} since {self.started_at:%Y-%m-%d %H:%M}"
