"""Photos and recordings that customers sent with their words."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Evidence(models.Model):
    """One photo or recording. It lies encrypted in the folder of files, under `uuid`.

    `key_sealed` holds the file's own key, sealed by the vault: without this row the file is unreadable.
    It came with the form that `form_key` hides; `feedback_id` is the voice that it belongs to, empty until
    that voice is taken in. `case` is set where it was sent to one. `content_hash` tells the same file
    again, keyed, so that it cannot be guessed. `kind`: `jpeg`, `png`, `webp`, `webm`, `ogg`, `m4a`, `wav`.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    form_key = models.CharField(max_length=64, db_index=True)
    content_hash = models.BinaryField(max_length=16)
    feedback_id = models.CharField(max_length=36, blank=True, default="", db_index=True)
    case = models.ForeignKey(
        "respond.Case", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    unit = models.ForeignKey("people.OrgUnit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    n_bytes = models.PositiveIntegerField()
    key_sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        """The same file of the same form is kept once; what was never sent off is swept by its age."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form_key", "content_hash"], name="portal_same_file_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=models.Q(feedback_id=""), name="portal_evidence_not_sent")
        ]

    def __str__(self) -> str:
        return f"evidence {self.uuid}"

    @property
    def is_photo(self) -> bool:
        """Whether it is to be looked at; else it is to be listened to."""
        return self.kind in ("jpeg", "png", "webp")
