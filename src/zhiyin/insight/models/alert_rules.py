"""Rules of alerts: what is watched, where, and who is told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.insight.models.destinations import Destination
from zhiyin.people.models import OrgUnit


class AlertRule(models.Model):
    """One rule. `options` holds what its kind needs, as `alerts.rules` reads it.

    `unit` None watches the whole company. `level` is that of its alerts: 0 for the record, 1 notice,
    2 today, 3 now. For `cool_down_minutes` after an alert the same thing raises no second one.
    `code` names a rule that Zhiyin brought; people may change or switch it off, never delete it.
    """

    class Kind(models.TextChoices):
        """What kind of thing it watches."""

        ANOMALY = "anomaly"
        LOW_STARS = "low_stars"
        RISK_WORDS = "risk_words"
        URGENT = "urgent"
        WAITED = "waited"
        THRESHOLD = "threshold"
        CHANGE = "change"
        ABSENCE = "absence"

    code = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    options = models.JSONField(default=dict)
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(default=1)
    cool_down_minutes = models.PositiveIntegerField(default=1440)
    destinations = models.ManyToManyField(Destination, blank=True, related_name="+")
    is_on = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A brought rule stands there once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="insight_one_rule_a_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AlertMark(models.Model):
    """How far a part of alerting has come: `position` is a number of the intake log, or an hour."""

    name = models.CharField(max_length=32, primary_key=True)
    position = models.BigIntegerField()
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
