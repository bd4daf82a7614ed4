"""Channels: the ways in which voices come; data, not code."""

from __future__ import annotations

from django.db import models


class Channel(models.Model):
    """One way of speaking to the company, such as `review_site`. An unknown code is created for review."""

    code = models.CharField(max_length=64, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    kind = models.CharField(max_length=32, default="other")
    needs_review = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.code
