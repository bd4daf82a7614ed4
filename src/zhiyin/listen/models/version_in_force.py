"""The taxonomy that arriving voices are understood by."""

from __future__ import annotations

from django.db import models


class VersionInForce(models.Model):
    """One row at the most. While the job `held_for` is unfinished it stays, whatever is chosen."""

    label = models.CharField(max_length=200)
    name = models.CharField(max_length=100)
    text = models.TextField()
    held_for = models.ForeignKey(
        "listen.BackgroundJob", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.label
