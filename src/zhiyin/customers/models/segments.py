"""Segments, their versions, and what was fixed of them on a day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Segment(models.Model):
    """A choice of customers. `definition` is that of `segments.definition`; `version` counts its changes."""

    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, default="", blank=True)
    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"segment {self.pk}"

    @property
    def count_id(self) -> str:
        """Id of the element of a page that counts it."""
        return f"segment-count-{self.pk}"


class SegmentVersion(models.Model):
    """What a segment was after a change; none of them is ever written again."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, default="", blank=True)
    definition = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        """Each number once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["segment", "number"], name="customers_a_segment_version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of segment {self.segment_id}"


class SegmentSnapshot(models.Model):
    """Who was in a segment at a moment, as far as who took it saw; its members stand in the lake."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="snapshots")
    version = models.PositiveIntegerField()
    n_customers = models.PositiveIntegerField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"snapshot {self.pk} of segment {self.segment_id}"


class ListedForContact(models.Model):
    """A customer who left on a list for contact, once a day for a purpose and way: it counts as a contact."""

    customer = models.UUIDField()
    purpose = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    day = models.DateField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        """Whoever is listed again on the same day is contacted once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel", "day"], name="customers_listed_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"listed {self.pk} for {self.purpose}"
