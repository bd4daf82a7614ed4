"""What people corrected in the labels of voices, and what the machine had said of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class CorrectedVoice(models.Model):
    """A voice with corrected labels.

    `machine_labels` is a `labels.Labels` as the machine made it for version `revision` of the voice;
    what holds is that with every correction that is not undone. `n_changes` counts corrections and
    undoings, by which two people at once are told. `is_applied`: the facts in the lake say so too.
    """

    feedback_id = models.UUIDField(primary_key=True)
    revision = models.IntegerField()
    machine_labels = models.JSONField()
    n_changes = models.IntegerField(default=0)
    is_applied = models.BooleanField(default=False)

    class Meta:
        """Only those that wait are ever looked for among all."""

        indexes: ClassVar = [
            models.Index(
                fields=["feedback_id"],
                condition=models.Q(is_applied=False),
                name="listen_correction_waits",
            )
        ]

    def __str__(self) -> str:
        return str(self.feedback_id)


class LabelCorrection(models.Model):
    """One correction, never changed but for being undone.

    `change` is a `labels.Change`; `revision` the version of the voice that the person read.
    """

    voice = models.ForeignKey(CorrectedVoice, on_delete=models.CASCADE, related_name="corrections")
    revision = models.IntegerField()
    change = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"Correction {self.pk} of {self.voice_id}"
