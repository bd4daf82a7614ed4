"""Who the company competes with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Competitor(models.Model):
    """A competitor by `name`; `other_names` is a line a name, as customers write it.

    `unit` holds what was imported of what the competitor's own customers say.
    """

    name = models.CharField(max_length=60)
    other_names = models.TextField(blank=True, max_length=1000)
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A name is one competitor's; deleted ones free theirs."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(deleted_at=None), name="insight_one_competitor_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
