"""How voices are understood in this installation."""

from __future__ import annotations

from django.db import models


class AnalysisSettings(models.Model):
    """One row at the most: the chosen taxonomy, by built-in name or as the file's own text.

    `version` is its record; a built-in one that an update of Zhiyin changed is recorded when next seen.
    """

    taxonomy = models.CharField(max_length=100)
    taxonomy_file = models.TextField(blank=True)
    version = models.ForeignKey(
        "TaxonomyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    chosen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.taxonomy
