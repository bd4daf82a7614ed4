"""Long work that a worker does outside of any request; imports have a table of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BackgroundJob(models.Model):
    """One piece of long work of a registered kind; `n_total` is null where nobody knows.

    `details` holds what the kind wants to tell at the end: strings and numbers, nothing private.
    """

    class Status(models.TextChoices):
        """Where the job stands."""

        WAITING = "waiting"
        RUNNING = "running"
        INTERRUPTED = "interrupted"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=32)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.WAITING)
    n_done = models.BigIntegerField(default=0)
    n_total = models.BigIntegerField(null=True, blank=True)
    n_starts = models.IntegerField(default=0)
    message = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.status})"
