"""Items that could not be processed: kept, shown by `zhiyin doctor`, never in the way of others."""

from __future__ import annotations

from django.db import models


class SetAsideItem(models.Model):
    """What one step could not digest; `payload` is encrypted and holds `n_items` raw items.

    `reason` names the step and the kind of failure, never a word of the content.
    """

    sequence = models.BigIntegerField()
    position = models.IntegerField(default=0)
    n_items = models.IntegerField(default=1)
    payload = models.BinaryField()
    reason = models.CharField(max_length=200)
    set_aside_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A repetition after a crash sets the same item aside once."""

        constraints = (models.UniqueConstraint(fields=["sequence", "position"], name="set_aside_once"),)

    def __str__(self) -> str:
        return f"message {self.sequence}, item {self.position}: {self.reason}"
