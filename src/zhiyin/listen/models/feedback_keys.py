"""The unique key (source, external id) of every voice, and the id that it was given."""

from __future__ import annotations

from django.db import models


class FeedbackKey(models.Model):
    """`key` is made of (source, external id) by `content.make_keys`, before the voice is logged.

    `revision` is 0 until the voice stands in the lake; `content_hash` is that of the stored revision,
    `sequence` the log message that brought it. `pending_hash` is that of a later version that is on its
    way through the log, empty where none is. Hashes have 15 bytes, keyed by the vault; those of 16 bytes
    were made before that, without a key, and are keyed in the background.
    """

    key = models.BinaryField(primary_key=True, max_length=16)
    feedback_id = models.UUIDField()  # no index: every new voice would pay for it
    content_hash = models.BinaryField(max_length=16, default=b"")
    pending_hash = models.BinaryField(max_length=16, default=b"")
    revision = models.IntegerField(default=0)
    sequence = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.feedback_id)
