"""File imports: the mapping that was confirmed, the job that reads a file."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ImportMapping(models.Model):
    """A confirmed mapping of columns to fields, found again by the header of the next file."""

    header_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    mapping = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class ImportJob(models.Model):
    """One reading of one file, resumable at `n_rows_done`.

    `upload` is the file where it was handed in by page: then a worker begins the job and goes on with
    it after a restart. `share_read` of the file is 0 to 1, `seconds_spent` the time of all runs together,
    `n_starts` how many there were.
    """

    class Status(models.TextChoices):
        """Where the job stands; `waiting` ones were handed in by page and are begun by a worker."""

        WAITING = "waiting"
        RUNNING = "running"
        INTERRUPTED = "interrupted"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField()
    options = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    n_rows_done = models.BigIntegerField(default=0)
    n_accepted = models.BigIntegerField(default=0)
    n_unchanged = models.BigIntegerField(default=0)
    n_rejected = models.BigIntegerField(default=0)
    rejected_file = models.CharField(max_length=255, blank=True)
    message = models.TextField(blank=True)
    upload = models.ForeignKey("listen.Upload", null=True, blank=True, on_delete=models.SET_NULL)
    share_read = models.FloatField(null=True, blank=True)
    seconds_spent = models.FloatField(default=0.0)
    n_starts = models.IntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    started_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.status})"
