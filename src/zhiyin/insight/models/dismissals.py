"""What somebody has put away for good."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Dismissal(models.Model):
    """One hint, by `code`, that an account does not want to see again, on whichever device."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    dismissed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A hint is put away once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "code"], name="insight_one_dismissal_a_hint")
        ]

    def __str__(self) -> str:
        return f"{self.code} of account {self.account_id}"
