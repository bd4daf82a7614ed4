"""What the language model was asked for and what that cost; never the words."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ModelCall(models.Model):
    """One request. `outcome` is `done` or the reason why there was no draft; tokens of a guess are marked."""

    at = models.DateTimeField(db_index=True)
    purpose = models.CharField(max_length=32)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    model = models.CharField(max_length=200)
    seconds = models.FloatField()
    n_in = models.PositiveIntegerField(default=0)
    n_out = models.PositiveIntegerField(default=0)
    is_estimated = models.BooleanField(default=False)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=16)
