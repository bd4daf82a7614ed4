"""Signals: each time something asked to be acted on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zhiyin.insight.models.alert_rules import AlertRule
from zhiyin.insight.models.incidents import Incident
from zhiyin.people.models import OrgUnit

WANTED = "improvement_wanted"
"""The kind of signal by which a person asks for an improvement."""


class Signal(models.Model):
    """One alert. `key` makes a repetition harmless; what acts on it notes itself in `claimed_by`.

    `kind` is that of the rule, or `improvement_wanted` where a person asked for one. `measure` is a code of
    `alerts.measures`; `figures` are observed, expected, p and hours (JSON of `alerts.signals.Figures`), or
    what the wish rests on (`priority.asking.Evidence`). `feedback_id` names the one voice that raised it.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=24)
    rule = models.ForeignKey(AlertRule, null=True, on_delete=models.SET_NULL, related_name="signals")
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.CASCADE, related_name="signals"
    )
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    measure = models.CharField(max_length=200, blank=True)
    aspect = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=64, blank=True)
    direction = models.SmallIntegerField(default=1)
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_index=True)
    figures = models.JSONField(default=dict)
    feedback_id = models.CharField(max_length=64, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """Lists ask by kind, newest first."""

        indexes: ClassVar = [models.Index(fields=["kind", "-at"], name="insight_signal_kind")]

    def __str__(self) -> str:
        return self.key
