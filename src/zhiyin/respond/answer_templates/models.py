"""Templates of answers, one row a version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class AnswerTemplate(models.Model):
    """One version of a template; the newest holds, the others stay so that a change can be taken back.

    The texts hold variables such as `{customer_name}`; one of the two may be empty. `channel`, `aspect`
    and `unit` say where it is offered: empty or None everywhere, a unit with all below it.
    """

    key = models.UUIDField()
    version = models.PositiveIntegerField()
    is_newest = models.BooleanField(default=True)
    is_on = models.BooleanField(default=True)
    name = models.CharField(max_length=80)
    text_zh = models.TextField(blank=True, default="")
    text_en = models.TextField(blank=True, default="")
    channel = models.CharField(max_length=40, blank=True, default="")
    aspect = models.CharField(max_length=64, blank=True, default="")
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """A template has one newest version."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="respond_answer_template_version"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_newest=True), name="respond_one_newest_template"
            ),
            models.CheckConstraint(
                condition=~(models.Q(text_zh="") & models.Q(text_en="")),
                name="respond_answer_template_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
