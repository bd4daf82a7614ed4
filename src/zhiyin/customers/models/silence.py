"""What was learned of how often customers come, and whom lists invite."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SilenceFit(models.Model):
    """The rhythm of the company's customers as it was fitted once, with its back-test. The newest counts.

    `answer` is JSON of `silence.fitting.Fit`, written by that door.
    """

    made_at = models.DateTimeField(db_index=True)
    stamp = models.CharField(max_length=64)
    n_customers = models.PositiveBigIntegerField()
    answer = models.JSONField()

    def __str__(self) -> str:
        return f"rhythm of {self.made_at:%Y-%m-%d}"


class InvitationList(models.Model):
    """Customers to invite, and those held out by chance so that the effect can be told.

    `seed` makes the draw repeatable. `unit_ids` is the scope of whoever made it, None for everything.
    `kind` and `least` say whom it was drawn from; `purpose` and `channel` what was asked to be allowed.
    """

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    least = models.FloatField()
    purpose = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    held_out_share = models.FloatField()
    seed = models.BigIntegerField()
    unit_ids = models.JSONField(null=True)
    n_not_allowed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(db_index=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"invitation list {self.pk}"


class Invited(models.Model):
    """One customer of a list; `overdue` and `risk` as they were at the draw."""

    of_list = models.ForeignKey(InvitationList, on_delete=models.CASCADE, related_name="members")
    customer = models.UUIDField(db_index=True)
    is_held_out = models.BooleanField()
    overdue = models.FloatField()
    risk = models.FloatField()

    class Meta:
        """Everybody once a list."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of_list", "customer"], name="customers_invited_once"),
        ]

    def __str__(self) -> str:
        return f"member {self.pk} of list {self.of_list_id}"
