"""Forms that were handed in, remembered for a while so that sending one twice has one effect."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """One filled-in form. `key` hides its id; `receipt` is sealed: the number and token of its case.

    Without the form's own id, which only the sender's browser has, neither can be read.
    """

    key = models.CharField(max_length=64, primary_key=True)
    receipt = models.BinaryField(default=b"")
    is_counted = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key[:8]
