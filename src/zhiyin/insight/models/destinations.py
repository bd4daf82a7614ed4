"""Where messages go: mailboxes, group robots, webhooks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.people.models import OrgUnit


class Destination(models.Model):
    """One place that messages can be sent to.

    `sealed` is what reaches it (`delivery.addresses.Address` as JSON, sealed by the vault); `shown` says
    of it what may be shown. `unit` None belongs to the whole company. Level 3 breaks quiet hours, which
    may run over midnight. `held_by` and `held_until` are the lease of the one process that sends there.
    """

    class Kind(models.TextChoices):
        """What takes the message."""

        MAIL = "mail"
        WECOM = "wecom"
        DINGTALK = "dingtalk"
        FEISHU = "feishu"
        WEBHOOK = "webhook"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    shown = models.CharField(max_length=300)
    language = models.CharField(max_length=8, default="zh")
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    is_on = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=40, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    n_failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    held_by = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A deleted one frees its name."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(deleted_at=None), name="insight_one_destination_a_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"
