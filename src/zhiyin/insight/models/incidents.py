"""Incidents: signals that tell of one thing, from its start to its end, and who did what about it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.insight.models.alert_rules import AlertRule
from zhiyin.people.models import OrgUnit


class Incident(models.Model):
    """One incident. `subject` and `measure` are codes of `alerts.measures`: what it is about, and the
    series that showed it most.

    `unit` is the lowest unit that holds most of it. `observed` and `expected` are voices in the
    `window_hours` before `peak_at`. `sighting` is what the watch needs to go on, `explanation` what
    explains it, both as JSON of their structs.
    """

    class Status(models.TextChoices):
        """Whether it goes on, is over, or was closed by somebody."""

        OPEN = "open"
        OVER = "over"
        CLOSED = "closed"

    rule = models.ForeignKey(AlertRule, null=True, on_delete=models.SET_NULL, related_name="incidents")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.CharField(max_length=200)
    measure = models.CharField(max_length=200)
    channel = models.CharField(max_length=64, blank=True)
    tone = models.CharField(max_length=8)
    direction = models.SmallIntegerField()
    level = models.PositiveSmallIntegerField()
    observed = models.FloatField()
    expected = models.FloatField()
    window_hours = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    peak_at = models.DateTimeField()
    last_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    muted_until = models.DateTimeField(null=True, blank=True)
    sighting = models.JSONField(default=dict)
    explanation = models.JSONField(default=dict)

    class Meta:
        """Lists ask for the open ones, newest first."""

        indexes: ClassVar = [models.Index(fields=["status", "-last_at"], name="insight_incident_status")]

    def __str__(self) -> str:
        return f"Incident {self.pk}"


class IncidentUnit(models.Model):
    """A unit that an incident touches, with voices observed and expected there: who may see it sees it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="touched")
    unit = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, related_name="+")
    observed = models.FloatField()
    expected = models.FloatField()

    class Meta:
        """Once a unit."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "unit"], name="insight_one_touch_a_unit")
        ]

    def __str__(self) -> str:
        return f"Unit {self.unit_id} of incident {self.incident_id}"


class IncidentEvent(models.Model):
    """A step of an incident; `by` None is Zhiyin itself. `value`: a name, or a time in ISO form."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    value = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of incident {self.incident_id}"
