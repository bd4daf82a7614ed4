"""What a customer does on the page of a case: words that were added, and stars at the end."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

_ONE_TO_FIVE = tuple(range(1, 6))


class AddedWords(models.Model):
    """Words that the customer added to a case; they are a voice too. Kept masked, for the page alone."""

    case = models.ForeignKey("respond.Case", on_delete=models.CASCADE, related_name="+")
    feedback_id = models.CharField(max_length=36, unique=True)
    masked = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"words {self.pk} added to case {self.case_id}"


class CaseRating(models.Model):
    """How a customer found our answer, 1 to 5 each or None: was it solved, how quick, how kind.

    One for each time that the case ended: `n_reopened` tells them apart; the first that is given stands.
    `owner` looked after the case then. `batch` is the commit of the lake that the row belongs to.
    """

    case = models.ForeignKey("respond.Case", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    n_reopened = models.PositiveIntegerField()
    solved = models.PositiveSmallIntegerField(null=True, blank=True)
    speed = models.PositiveSmallIntegerField(null=True, blank=True)
    attitude = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    batch = models.BigIntegerField(null=True, blank=True)
    is_stored = models.BooleanField(default=False, db_index=True)

    class Meta:
        """One rating a round; stars are 1 to 5."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "n_reopened"], name="portal_one_rating_a_round"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__in": _ONE_TO_FIVE}),
                    name=f"portal_{field}_is_1_to_5",
                )
                for field in ("solved", "speed", "attitude")
            ),
        ]

    def __str__(self) -> str:
        return f"rating of case {self.case_id}"


class RatingHead(models.Model):
    """One row, locked by whoever gives ratings their batch, so that two processes never share one."""

    n_batches = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"head at batch {self.n_batches}"
