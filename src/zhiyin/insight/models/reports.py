"""Reports that go out by themselves, and the figures as they were when each was made."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.insight.models.destinations import Destination
from zhiyin.people.models import OrgUnit


class Report(models.Model):
    """What is told to whom, and when. Rows are those of `unit` (None: the company) that its owner may see.

    `rhythm` says both how often and of which period: the day, week or month before. `weekday` is 0 for
    Monday, `month_day` 1 to 28; `at` is a time of the company's zone. `next_at` is when it is made next.
    """

    class Rhythm(models.TextChoices):
        """How often."""

        DAY = "day"
        WEEK = "week"
        MONTH = "month"

    name = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    parts = models.JSONField(default=list)
    rhythm = models.CharField(max_length=5, choices=Rhythm.choices, default=Rhythm.DAY)
    at = models.TimeField(default=time(8, 30))
    weekday = models.PositiveSmallIntegerField(default=0)
    month_day = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=8, default="zh")
    destinations = models.ManyToManyField(Destination, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_on = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=20, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ReportSnapshot(models.Model):
    """One report as it was made; `figures` are `reports.figures.ReportFigures` as JSON and never change.

    `due_at` is the moment it was planned for, None where somebody asked for it. `n_left_out` earlier ones
    were missed altogether while no server ran.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="snapshots")
    name = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_index=True)
    n_left_out = models.PositiveIntegerField(default=0)
    figures = models.BinaryField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """Of several schedulers one makes it."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "due_at"], name="insight_one_snapshot_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.since}"
