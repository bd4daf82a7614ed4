"""Tables of call-backs: what was promised, and every call."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from zhiyin.respond.callbacks.kinds import AskedBy, CallBackState, Outcome
from zhiyin.respond.models.cases import Case

_STATES = [(state.value, state.value) for state in CallBackState]
_PLANNED = models.Q(state=CallBackState.PLANNED.value)


class CallBack(models.Model):
    """A promise to call the customer of a case between `promised_at` and `until_at`.

    `zone` is the clock by which it was promised. A missed one is still owed: it is done by the first
    call that reaches somebody. `version` grows with every change.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="call_backs")
    topic = models.CharField(max_length=200, blank=True, default="")
    promised_at = models.DateTimeField()
    until_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=16, choices=[(one.value, one.value) for one in AskedBy])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=_STATES, default=CallBackState.PLANNED.value)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    missed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """The job looks for planned ones whose time is over; lists sort by when they were promised."""

        indexes: ClassVar = [
            models.Index(fields=["until_at"], condition=_PLANNED, name="respond_call_back_until"),
            models.Index(fields=["state", "promised_at"], name="respond_call_back_list"),
            models.Index(fields=["owner", "state", "promised_at"], name="respond_call_back_mine"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "promised_at"], condition=_PLANNED, name="respond_call_back_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("promised_at")), name="respond_call_back_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"call-back {self.pk} of case {self.case_id}"

    @property
    def stands(self) -> CallBackState:
        """`state` as what it is."""
        return CallBackState(self.state)

    @property
    def time_zone(self) -> ZoneInfo:
        """The clock by which it was promised."""
        return ZoneInfo(self.zone)

    @property
    def window_minutes(self) -> int:
        """How long the customer was asked to be at the telephone."""
        return int((self.until_at - self.promised_at).total_seconds() // 60)


class CallAttempt(models.Model):
    """One call. `mood`: how the customer seemed, 1 (angry) to 5 (glad), None where nobody could tell."""

    call_back = models.ForeignKey(CallBack, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Outcome])
    note = models.TextField(blank=True, default="")
    mood = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """A mood is 1 to 5."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(mood__isnull=True) | models.Q(mood__gte=1, mood__lte=5),
                name="respond_call_mood_is_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of call-back {self.call_back_id}"
