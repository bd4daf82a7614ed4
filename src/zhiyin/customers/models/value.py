"""The words in which customers are told what they received."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class StatementTemplate(models.Model):
    """A version of the statement's words in both languages; the newest of a code counts."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    chinese = models.TextField()
    english = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """Each version once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="customers_statement_version_once"),
        ]

    def __str__(self) -> str:
        return f"statement {self.code}, version {self.version}"
