"""The rule for large files, and requests for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zhiyin.people.exporting.kinds import ExportState
from zhiyin.people.models.accounts import Account

FREE_ROWS = 10_000
DAYS_TO_FETCH = 7


class ExportRule(models.Model):
    """The one row of it: files above `n_free` rows need approval (null: none does).

    An approved file waits `n_days` to be fetched.
    """

    n_free = models.PositiveIntegerField(null=True, default=FREE_ROWS)
    n_days = models.PositiveSmallIntegerField(default=DAYS_TO_FETCH)

    def __str__(self) -> str:
        return f"free up to {self.n_free} rows"


class ExportRequest(models.Model):
    """One file that somebody asked for.

    `address_sealed` is where it is fetched, which may hold what was searched for; it is null once
    nothing can be fetched any more. `reason` and `answer` have private data covered.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    address_sealed = models.BinaryField(null=True)
    n_rows = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(
        max_length=12,
        choices=[(one.value, one.value) for one in ExportState],
        default=ExportState.WAITING.value,
    )
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")
    until = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    file_number = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        """Approvers read what waits, everybody the own ones, the newest first."""

        indexes: ClassVar = [
            models.Index(fields=["state", "-asked_at"], name="people_export_state"),
            models.Index(fields=["account", "-asked_at"], name="people_export_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.n_rows}) for {self.account_id}"
