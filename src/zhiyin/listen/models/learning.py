"""Models trained from what people corrected here; the shipped model needs no row."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class TrainedModel(models.Model):
    """One adapted model; its weights lie in `models/<file_name>` of the home.

    `report` is a `learning.report.Report`: how it did beside the model in use when it was made, and what
    it would change. It learned the corrections up to `last_correction`. `replaced` is what was in use
    before it (empty: the shipped model), where "back" leads.
    """

    class State(models.TextChoices):
        """A candidate waits for a person's word; one at the most is in use."""

        CANDIDATE = "candidate"
        IN_USE = "in_use"
        PAST = "past"

    version = models.CharField(max_length=120, unique=True)
    base_version = models.CharField(max_length=100)
    state = models.CharField(max_length=16, choices=State.choices, default=State.CANDIDATE)
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    n_corrections = models.IntegerField()
    last_correction = models.BigIntegerField()
    report = models.JSONField(default=dict)
    replaced = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[models.Manager[TrainedModel]] = models.Manager()

    class Meta:
        """The latest first."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_use"), name="listen_one_model_in_use"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="candidate"), name="listen_one_candidate"
            ),
        ]

    def __str__(self) -> str:
        return self.version
