"""How often somebody tried something, counted."""

from __future__ import annotations

from django.db import models


class PortalTry(models.Model):
    """How many tries there were in the window that ends at `ends_at`; `key` hides whose they are."""

    key = models.CharField(max_length=64, primary_key=True)
    n_tries = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.n_tries} tries"
