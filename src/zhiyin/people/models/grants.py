"""Which account holds which role, and where."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.people.roles import Role


class RoleGrant(models.Model):
    """One role of one account, for one unit and all below it, or for the whole company (`unit` null)."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A null is never equal to a null in a unique index, hence two."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role", "unit"],
                condition=models.Q(unit__isnull=False),
                name="people_one_grant_a_unit",
            ),
            models.UniqueConstraint(
                fields=["account", "role"],
                condition=models.Q(unit__isnull=True),
                name="people_one_grant_without_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="people_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of account {self.account_id} at unit {self.unit_id}"
