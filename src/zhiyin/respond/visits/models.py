"""Tables of visits: technicians, what they do where and when, and with which parts."""

from __future__ import annotations

import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case
from zhiyin.respond.visits.kinds import TAKES_TIME, PartState, VisitResult, VisitState

_TAKES_TIME = models.Q(state__in=sorted(state.value for state in TAKES_TIME))


class Technician(models.Model):
    """Somebody who goes to customers, with an account or without. `public_name` is what customers read.

    `units`: whose cases they go for. `skills`: words apart by spaces. `phone_sealed` opens with `key`.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    public_name = models.CharField(max_length=80, blank=True, default="")
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    units = models.ManyToManyField("people.OrgUnit", related_name="+")
    skills = models.CharField(max_length=200, blank=True, default="")
    phone_sealed = models.BinaryField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """What a customer reads: the public name, else the family name's first sign alone."""
        return self.public_name or f"{self.name[:1]}**"


class Visit(models.Model):
    """A technician comes to the customer of a case between `slot_start` and `slot_end`.

    The moments of the full service time: `asked_at` (the case wants a visit), `confirmed_at`, `on_way_at`,
    `arrived_at`, `began_at`, `done_at`; null until it is so. `zone` is the clock of the slot.
    `delay_minutes` was told to the customer. `serial_sealed` is the device's own number.
    `is_fed`: its times stand in the lake. `version` grows with every change.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visits")
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="visits")
    device = models.CharField(max_length=120, blank=True, default="")
    serial_sealed = models.BinaryField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)
    slot_start = models.DateTimeField()
    slot_end = models.DateTimeField()
    zone = models.CharField(max_length=64)
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in VisitState],
        default=VisitState.PLANNED.value,
    )
    delay_minutes = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    on_way_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(
        max_length=16, choices=[(one.value, one.value) for one in VisitResult], blank=True, default=""
    )
    note = models.TextField(blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_fed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """The planner looks at days of technicians; the job for slots that passed and times to tell."""

        indexes: ClassVar = [
            models.Index(fields=["technician", "slot_start"], name="respond_visit_by_technician"),
            models.Index(fields=["slot_start"], name="respond_visit_by_day"),
            models.Index(fields=["slot_end"], condition=_TAKES_TIME, name="respond_visit_ahead"),
            models.Index(
                fields=["done_at"],
                condition=models.Q(state=VisitState.DONE.value, is_fed=False),
                name="respond_visit_to_feed",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(slot_end__gt=models.F("slot_start")), name="respond_visit_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk} of case {self.case_id}"

    @property
    def stands(self) -> VisitState:
        """`state` as what it is."""
        return VisitState(self.state)

    @property
    def time_zone(self) -> ZoneInfo:
        """The clock of the slot."""
        return ZoneInfo(self.zone)


class VisitPart(models.Model):
    """A spare part that a visit needs; `number` is the maker's."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(max_length=80)
    number = models.CharField(max_length=60, blank=True, default="")
    n = models.PositiveIntegerField(default=1)
    state = models.CharField(
        max_length=16,
        choices=[(one.value, one.value) for one in PartState],
        default=PartState.NEEDED.value,
    )

    def __str__(self) -> str:
        return f"{self.n} × {self.name}"


class VisitMove(models.Model):
    """A visit that was moved: who had it when before, so that it can be moved back."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="moves")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="+")
    slot_start = models.DateTimeField()
    slot_end = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"move {self.pk} of visit {self.visit_id}"
