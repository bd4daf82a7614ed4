"""Tables of the question whether it is really solved."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zhiyin.respond.models.cases import Case


class SolvedQuestion(models.Model):
    """The customer of a case is asked whether it is solved: once for each time that it was answered.

    `round` is how often the case had been reopened then. `asked_at` is null until `ask_at` has come;
    `is_solved` is null until the customer has said; `dropped_at`: nobody has to be asked any more.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="solved_questions")
    round = models.PositiveIntegerField()
    ask_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_solved = models.BooleanField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The job looks for those whose time has come; next to nothing waits."""

        indexes: ClassVar = [
            models.Index(
                fields=["ask_at"],
                condition=models.Q(asked_at=None, answered_at=None, dropped_at=None),
                name="respond_solved_to_ask",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round"], name="respond_solved_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"question {self.round} of case {self.case_id}"


class SolvedSettings(models.Model):
    """One row: after how many `days` the customer is asked, and at which reopening a case climbs a level.

    `days` 0 asks at once; `climbs_at` 0 never climbs.
    """

    days = models.PositiveSmallIntegerField(default=3)
    climbs_at = models.PositiveSmallIntegerField(default=2)

    def __str__(self) -> str:
        return f"asked after {self.days} days"
