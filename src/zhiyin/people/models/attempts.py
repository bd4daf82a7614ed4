"""Failed sign-ins, counted."""

from __future__ import annotations

from django.db import models


class SignInAttempt(models.Model):
    """How often signing in failed since `window_started_at`; `key` hides which account or address."""

    key = models.CharField(max_length=64, primary_key=True)
    n_failures = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.n_failures} failures"
