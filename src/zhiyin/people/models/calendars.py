"""Calendars of working time, by unit, with every state that they had."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zhiyin.people.models.units import OrgUnit


class UnitCalendar(models.Model):
    """The calendar of a unit and of all below it that have none; `config` is a `StoredCalendar`."""

    unit = models.OneToOneField(OrgUnit, on_delete=models.CASCADE, related_name="work_calendar")
    config = models.JSONField()
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of unit {self.unit_id}"


class UnitCalendarChange(models.Model):
    """What one change made of a calendar; `before` None: it had none or it was switched off."""

    calendar = models.ForeignKey(UnitCalendar, on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    made_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=64)

    class Meta:
        """Read by calendar, the newest first."""

        indexes: ClassVar = [
            models.Index(fields=["calendar", "-made_at"], name="people_calendar_changes"),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of calendar {self.calendar_id}"
