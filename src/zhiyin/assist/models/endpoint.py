"""Which language model drafts, if any."""

from __future__ import annotations

from django.db import models


class LanguageModel(models.Model):
    """One row at the most. The key is sealed by the vault; prices are for a million tokens."""

    base_url = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    sealed_key = models.BinaryField(default=b"")
    seconds = models.PositiveSmallIntegerField()
    price_in = models.DecimalField(max_digits=10, decimal_places=4)
    price_out = models.DecimalField(max_digits=10, decimal_places=4)
    currency = models.CharField(max_length=3)
    month_limit = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)
