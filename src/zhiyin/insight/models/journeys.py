"""Journey maps and every version of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class JourneyMap(models.Model):
    """One map, shared by the company. `draft` and `published` are numbers of its versions.

    `draft` is what editors see and change; `published`, what all others see, 0 before the first time.
    """

    name = models.CharField(max_length=80)
    draft = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class JourneyVersion(models.Model):
    """The map as it was after one change; never changed itself.

    `document` is a `journeys.document.JourneyDocument`. `parent` is the version that was changed, to which
    undoing goes back; 0 for the first. `change` is a code of `journeys.wording`, `about` the name of what
    was changed.
    """

    map = models.ForeignKey(JourneyMap, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    parent = models.PositiveIntegerField(default=0)
    document = models.JSONField()
    change = models.CharField(max_length=32)
    about = models.CharField(max_length=80, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """Two people who save at once get different numbers, or one of them is refused."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["map", "number"], name="insight_one_journey_version_a_number")
        ]
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.map} {self.number}"
