"""What customers said and what we did about it, for everybody to read."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SaidAndDone(models.Model):
    """One entry of the public page. Words are written by staff, in either language or both.

    `since` is the day from which it is done. Voices about `aspect` (and what lies below it) in the unit,
    from `first_day` to `last_day`, are counted into `n_voices`. The change is that of the share of voices
    that complain of it, in percentage points: `n_before` voices before `since`, `n_after` after it;
    `change`, `change_low` and `change_high` are null where nothing can be said. `counted_at` says when.
    It is public from `published_at` until it is withdrawn, which makes that null again.
    """

    unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(max_length=80, blank=True, default="")
    title_en = models.CharField(max_length=120, blank=True, default="")
    said_zh = models.TextField(blank=True, default="")
    said_en = models.TextField(blank=True, default="")
    done_zh = models.TextField(blank=True, default="")
    done_en = models.TextField(blank=True, default="")
    since = models.DateField()
    aspect = models.CharField(max_length=64, blank=True, default="")
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    n_voices = models.PositiveIntegerField(default=0)
    n_before = models.PositiveIntegerField(default=0)
    n_after = models.PositiveIntegerField(default=0)
    share_before = models.FloatField(null=True, blank=True)
    share_after = models.FloatField(null=True, blank=True)
    change = models.FloatField(null=True, blank=True)
    change_low = models.FloatField(null=True, blank=True)
    change_high = models.FloatField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """The public page shows the newest first; staff see what was saved last first."""

        indexes: ClassVar = [
            models.Index(fields=["-published_at"], name="portal_said_by_published"),
            models.Index(fields=["unit", "-saved_at"], name="portal_said_by_unit"),
        ]

    def __str__(self) -> str:
        return self.title_zh or self.title_en or f"entry {self.pk}"

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it."""
        return self.published_at is not None
