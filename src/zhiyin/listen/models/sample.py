"""Whether the sample company is here."""

from __future__ import annotations

from django.db import models


class SampleState(models.Model):
    """One row at the most. `company_name` is what the company was called before the sample renamed it."""

    is_present = models.BooleanField()
    company_name = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "present" if self.is_present else "absent"
