"""Files that somebody handed in by page, until they are taken in or given up."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """A file in `files/uploads/`, under its token: names of files may tell what is nobody's business."""

    token = models.CharField(max_length=32, primary_key=True)
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64)
    n_bytes = models.BigIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"upload of {self.n_bytes} bytes"
