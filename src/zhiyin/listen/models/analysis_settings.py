"""How voices are understood in this installation."""

from __future__ import annotations

from django.db import models


class AnalysisSettings(models.Model):
    """One row at the most: the chosen taxonomy, by built-in name or as the file's own text."""

    taxonomy = models.CharField(max_length=100)
    taxonomy_file = models.TextField(blank=True)
    chosen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.taxonomy
