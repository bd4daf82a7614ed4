"""Tables: the rules by which signals open cases, and which case each signal led to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.insight.models import Signal
from zhiyin.respond.models.cases import Case


class SignalRule(models.Model):
    """Which signals open a case, and how it begins.

    They are of the kind (empty: any), from the level on (0 to 3), about the aspect and what lies below it
    (empty: any), of `unit` and all below it (null: everywhere); `is_danger`: of a voice that tells of harm
    to somebody alone. The case belongs to `for_unit`, or to the signal's own unit where null; it has the
    urgency (0 to 3), asks for the skill, and is due after `due_hours` (null: by its clocks). The rule opens
    `most_a_day` cases within 24 hours. It acts on signals after `on_since`; null while it is off.
    `code` names a rule that Zhiyin brought: people change it or switch it off, and never delete it.
    """

    code = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=24, blank=True, default="")
    min_level = models.PositiveSmallIntegerField(default=2)
    is_danger = models.BooleanField(default=False)
    aspect = models.CharField(max_length=120, blank=True, default="")
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    for_unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    urgency = models.SmallIntegerField(default=2)
    skill = models.CharField(max_length=40, blank=True, default="")
    due_hours = models.PositiveIntegerField(null=True, blank=True)
    most_a_day = models.PositiveSmallIntegerField(default=20)
    on_since = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A brought rule stands there once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="respond_one_signal_rule_a_code"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        """Whether it opens cases."""
        return self.on_since is not None and self.deleted_at is None


class SignalCase(models.Model):
    """The case that a signal led to; each signal leads to one, once. `has_joined`: it was there before.

    `matter` is the same for signals about one thing, which join the case while it is open: an incident, or a
    rule and a unit. `at` is when that was done.
    """

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signals")
    rule = models.ForeignKey(
        SignalRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="opened"
    )
    matter = models.CharField(max_length=120, blank=True, default="")
    has_joined = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """Asked for the newest of a matter, and for what a rule opened of late."""

        indexes: ClassVar = [
            models.Index(fields=["matter", "-at"], name="respond_signal_matter"),
            models.Index(fields=["rule", "-at"], name="respond_signal_by_rule"),
        ]

    def __str__(self) -> str:
        return f"signal {self.signal_id} in case {self.case_id}"
