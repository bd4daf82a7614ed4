"""The tree of org units: company, regions, stores, to any depth."""

from __future__ import annotations

from django.db import models


class OrgUnit(models.Model):
    """A node of the tree. `path` is the chain of ids from the root, as `/1/7/42/`, for one-query scopes."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=32, default="unit")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=500, db_index=True, default="")
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    needs_review = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
