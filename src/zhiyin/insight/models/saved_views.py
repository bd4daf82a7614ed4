"""Views that people saved, and the one that each opens first."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.people.roles import Role


class SavedView(models.Model):
    """A way to look at the voices, by name; `query` is the query string that holds the whole state.

    Seen by its owner, by everybody who holds `role`, or by all who read voices; each in the own scope.
    """

    class Sharing(models.TextChoices):
        """Who else sees it."""

        OWN = "own"
        ROLE = "role"
        COMPANY = "company"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=4000, blank=True)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.OWN)
    role = models.CharField(max_length=16, blank=True, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Deleted ones free their name, so that undoing may find it taken."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(deleted_at=None),
                name="insight_one_view_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view that opens for somebody who asks for voices without saying which."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"Default view of account {self.account_id}"
