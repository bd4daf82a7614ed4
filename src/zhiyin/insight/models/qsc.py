"""How the scores of quality, service and cleanliness are made up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class QscSettings(models.Model):
    """One version; the newest is in force, so that undoing is a new version like the one before.

    Weights are whole numbers, at least one above 0. `inspection_percent`: the part of inspections in the
    total. `aspects` maps the id of an aspect to `quality`, `service`, `cleanliness` or `none`, where the
    installation differs from what is shipped.
    """

    quality = models.PositiveSmallIntegerField(default=1)
    service = models.PositiveSmallIntegerField(default=1)
    cleanliness = models.PositiveSmallIntegerField(default=1)
    inspection_percent = models.PositiveSmallIntegerField(default=0)
    aspects = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Shares are shares, and a total weighs something."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(inspection_percent__lte=100), name="insight_qsc_percent_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(quality__gt=0) | models.Q(service__gt=0) | models.Q(cleanliness__gt=0),
                name="insight_qsc_total_weighs_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quality}:{self.service}:{self.cleanliness}"
