"""Every version of the taxonomy that was in use, and what people are about to change."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class TaxonomyVersion(models.Model):
    """What was in use from `made_at` until the next number; never changed.

    `label` (`name@version`) is what facts hold; the same text has the same label wherever it stands.
    `changes` are `taxonomy_differences.Difference`s from the number before.
    """

    number = models.IntegerField(unique=True)
    name = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    text = models.TextField()
    changes = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        """The latest first; looked for by label where a text is to get one."""

        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [models.Index(fields=["label"], name="listen_taxonomy_label")]

    def __str__(self) -> str:
        return f"{self.number}: {self.label}"


class TaxonomyDraft(models.Model):
    """What one account is about to change: `edits` (of `taxonomy_edits`) on the version `base`.

    `preview` is the last `taxonomy_preview.Preview`, `preview_of` the text that it is of; somebody waits
    for one since `preview_wanted_at`.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    base = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="+")
    edits = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)
    preview = models.JSONField(null=True, blank=True)
    preview_of = models.CharField(max_length=64, blank=True)
    preview_wanted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Draft of {self.account_id}"
