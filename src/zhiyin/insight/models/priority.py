"""How much work it is to mend a problem, as people have judged it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class ProblemEffort(models.Model):
    """One judgement of effort; the newest of a problem holds, the earlier ones stay as its history.

    `problem` is `priority.problems.Problem.key`, `place` whose rows it was judged for (`priority.places`).
    `person_days` None takes the judgement back.
    """

    place = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=300)
    person_days = models.FloatField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        """Asked for by place; the newest of each problem wanted."""

        indexes: ClassVar = [models.Index(fields=["place", "problem", "-at"], name="insight_effort_of")]

    def __str__(self) -> str:
        return f"{self.problem}: {self.person_days} person-days"
