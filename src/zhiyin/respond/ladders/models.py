"""Tables of ladders: their rungs, and which were taken."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.models import Clock
from zhiyin.respond.ladders.kinds import Deed, Result, Whom

_WHO = settings.AUTH_USER_MODEL


class LadderRung(models.Model):
    """What happens by itself `minutes` after a clock is due; before it where they are negative.

    All rungs of a unit and a kind are its ladder: for cases of `unit` and below (null: everywhere) and
    clocks of `kind` (empty: any that has no ladder of its own there). `in_hours`: it waits until the
    unit works. `destination` is told besides (see insight). A rung is never changed, only removed.
    """

    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(
        max_length=16, blank=True, default="", choices=[(one.value, one.value) for one in ClockKind]
    )
    minutes = models.IntegerField()
    whom = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Whom])
    deed = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Deed])
    in_hours = models.BooleanField(default=False)
    destination = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The same rung stands on a ladder once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "kind", "minutes", "whom", "deed"],
                condition=models.Q(removed_at=None),
                name="respond_ladder_rung_once",
            ),
            # To a database null differs from null: the company's own ladder needs a rule of its own.
            models.UniqueConstraint(
                fields=["kind", "minutes", "whom", "deed"],
                condition=models.Q(removed_at=None, unit=None),
                name="respond_ladder_rung_all_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.whom} at {self.minutes:+d} min"


class RungTaken(models.Model):
    """A rung that a clock has come to, for its time `due_at`: once, however many workers look.

    `account` was told, or has the case since.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="rungs_taken")
    rung = models.ForeignKey(LadderRung, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    account = models.ForeignKey(_WHO, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    result = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Result])

    class Meta:
        """Once for each time of a clock."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "rung", "due_at"], name="respond_rung_taken_once"),
        ]

    @property
    def words(self) -> str:
        """What came of it, in the language of the page."""
        from zhiyin.respond.ladders.words import say_taken

        return say_taken(self)

    def __str__(self) -> str:
        return f"rung {self.rung_id} of clock {self.clock_id}: {self.result}"
