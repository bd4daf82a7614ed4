"""Terms that the taxonomy lacks: the last search of each account, and what was turned down."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class TermSearch(models.Model):
    """What was found in the voices that an account may read; no words but the terms themselves.

    `found` are `term_suggestions.Suggestion`s by the taxonomy `label`. Somebody waits for a new search
    since `wanted_at`.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    label = models.CharField(max_length=200, blank=True)
    n_voices = models.IntegerField(default=0)
    found = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Search for {self.account_id}"


class DismissedTerm(models.Model):
    """A term that nobody wants suggested any more."""

    term = models.CharField(max_length=20, primary_key=True)
    dismissed_at = models.DateTimeField(auto_now_add=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.term
