"""Tables of clocks: the rules by which they run, and what ran."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.clocks.counting import Budget, Rest
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.models.cases import Case

_KINDS = [(kind.value, kind.value) for kind in ClockKind]
_UNITS = [(unit.value, unit.value) for unit in TimeUnit]


class ClockRule(models.Model):
    """One version of a rule; it is never changed once written, so that a clock knows by what it runs.

    All versions of a rule have its `key`; on a day the newest holds that has begun by then. It is for
    cases of `unit` and all below it (null: everywhere), of the channel and the skill (empty: any), from
    the urgency (0 to 3) and the severity (0 to 4) on. `code` names a deadline of the law, begun by hand
    unless `is_automatic`. `warn_percent` of the time used warns; `destination` is told (see insight).
    """

    key = models.UUIDField()
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=_KINDS)
    code = models.CharField(max_length=40, blank=True, default="")
    from_day = models.DateField()
    is_on = models.BooleanField(default=True)
    is_automatic = models.BooleanField(default=True)
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=40, blank=True, default="")
    skill = models.CharField(max_length=40, blank=True, default="")
    min_urgency = models.SmallIntegerField(default=0)
    min_severity = models.SmallIntegerField(default=0)
    amount = models.PositiveIntegerField()
    counted_in = models.CharField(max_length=16, choices=_UNITS)
    does_rest = models.BooleanField(default=True)
    warn_percent = models.PositiveSmallIntegerField(default=80)
    destination = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """A version of a rule is there once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="respond_clock_rule_version"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="respond_clock_rule_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"

    @property
    def counted_in_name(self) -> str:
        """In what it counts, in the language of the page."""
        from zhiyin.respond.clocks.words import UNIT_NAMES

        return str(UNIT_NAMES[TimeUnit(self.counted_in)])

    @property
    def budget(self) -> Budget:
        """How much time there is."""
        return Budget(amount=self.amount, unit=TimeUnit(self.counted_in))


class Clock(models.Model):
    """A clock of a case. Of each kind and code one at most runs at a time.

    It runs while `stopped_at` and `rests_since` are null. `due_at` while it rests: as if it went on when
    the rest began. `counted_minutes`: what it took, once it is stopped.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    rule = models.ForeignKey(ClockRule, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=_KINDS)
    code = models.CharField(max_length=40, blank=True, default="")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    rests_since = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    counted_minutes = models.FloatField(null=True, blank=True)

    class Meta:
        """The chores look every half minute for what is due; next to nothing is."""

        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(stopped_at=None, rests_since=None, breached_at=None),
                name="respond_clock_due",
            ),
            models.Index(
                fields=["warn_at"],
                condition=models.Q(stopped_at=None, rests_since=None, warned_at=None, breached_at=None),
                name="respond_clock_warn",
            ),
            models.Index(
                fields=["due_at"],
                condition=models.Q(stopped_at=None, rests_since=None),
                name="respond_clock_runs",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind", "code"],
                condition=models.Q(stopped_at=None),
                name="respond_clock_runs_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"

    @property
    def is_running(self) -> bool:
        """Whether its time passes."""
        return self.stopped_at is None and self.rests_since is None

    def list_rests(self) -> Sequence[Rest]:
        """When it stood still, in order."""
        pauses = ClockPause.objects.filter(clock=self).order_by("began_at", "pk")
        return [Rest(start=one.began_at, end=one.ended_at) for one in pauses]


class ClockPause(models.Model):
    """A rest of a clock; `ended_at` null while it lasts."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"rest of clock {self.clock_id}"


class ClockHead(models.Model):
    """One row: up to which change of working calendars the clocks were counted."""

    calendar_change = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"clocks counted up to change {self.calendar_change}"
