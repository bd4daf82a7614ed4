"""Boards that people put together themselves."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.people.models import OrgUnit


class Board(models.Model):
    """`tiles` are `boards.tiles.Tile` as JSON in their order, `period` a key of `periods.NAMES`.

    Seen by its owner, by everybody who holds one of `roles`, or by all who see figures; whoever looks sees
    the figures of the own rows. `removed` holds the tiles taken away last, for undoing.
    """

    class Sharing(models.TextChoices):
        """Who else sees it."""

        OWN = "own"
        ROLES = "roles"
        COMPANY = "company"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    period = models.CharField(max_length=8, default="30d")
    unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tiles = models.JSONField(default=list)
    removed = models.JSONField(default=list)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.OWN)
    roles = models.JSONField(default=list)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Lists ask for the own ones."""

        indexes: ClassVar = [models.Index(fields=["owner", "deleted_at"], name="insight_board_owner")]

    def __str__(self) -> str:
        return self.name
