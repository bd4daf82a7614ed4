"""What is new in what customers say: the last report, and subjects that somebody has put away."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SubjectReport(models.Model):
    """The last look for new subjects over the whole company; one row. `found` is a `topics.report.Report`.

    `sequence` is the last message of the intake log that was counted.
    """

    found = models.JSONField(default=dict)
    sequence = models.BigIntegerField(default=-1)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"New subjects as of {self.made_at:%Y-%m-%d %H:%M}"


class PutAwaySubject(models.Model):
    """A subject, by its words, that an account does not want to see for a while."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    put_away_at = models.DateTimeField()

    class Meta:
        """A subject is put away once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="insight_one_putting_away_a_subject")
        ]

    def __str__(self) -> str:
        return f"{self.name} of account {self.account_id}"
