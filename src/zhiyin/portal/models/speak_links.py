"""The addresses at which a customer can speak, one or more a unit."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from zhiyin.people.models import OrgUnit


class SpeakLink(models.Model):
    """One address `/speak/<code>/`: whoever opens it speaks to `unit`, at `touchpoint` where it is named.

    `n_voices` counts the voices that came by it, each once, however often it was sent.
    """

    code = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    touchpoint = models.CharField(max_length=60, blank=True, default="")
    is_active = models.BooleanField(default=True)
    n_voices = models.PositiveIntegerField(default=0)
    last_voice_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.code
