"""What is written in a case: by colleagues to each other, to the customer, and by the customer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case


class CaseNote(models.Model):
    """Words between colleagues, never shown to the customer: notes, hand-over summaries, reasons."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note {self.pk} of case {self.case_id}"


class CaseAnswer(models.Model):
    """What the customer gets; a draft until `sent_at`. A case has one draft at most.

    `version` of a draft grows with every saving, so that two who write at once notice.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One draft a case, which both databases can enforce."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(sent_at__isnull=True), name="respond_one_draft_a_case"
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} of case {self.case_id}"


class CustomerWords(models.Model):
    """What the customer wrote into the case: encrypted as written, and masked for lists and colleagues."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words")
    sealed = models.BinaryField()
    masked = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"words {self.pk} in case {self.case_id}"
