"""The tree of org units: company, regions, stores, to any depth."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.db import models

ROOT_KIND = "company"


def fold_name(name: str) -> str:
    """A unit's name as it is compared: "听穗茶（南京店）" and "听穗茶(南京店)" are one shop's."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


class OrgUnit(models.Model):
    """A node of the tree. `path` is the chain of ids from the root, as `/1/7/42/`, for one-query scopes.

    There is one root; its kind is `company`, and no other unit's is. A unit that an import made
    because nobody knew it has `needs_review` and stands under the root until someone places it.
    `folded_name` is `fold_name(name)`. A unit that turned out to be another (`merged_into`) stands
    below it, closed: what was said of it counts for the other, and what comes under its code does too.
    """

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, db_index=True, default="")
    kind = models.CharField(max_length=32, default="unit")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=1000, db_index=True, default="")
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    needs_review = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One root, told by its kind, which both databases can enforce."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind=ROOT_KIND), name="people_one_root"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True, kind=ROOT_KIND)
                | (models.Q(parent__isnull=False) & ~models.Q(kind=ROOT_KIND)),
                name="people_only_the_root_is_the_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
