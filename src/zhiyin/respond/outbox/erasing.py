"""What becomes of outgoing answers when a customer is erased: they go, also those on their way."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.respond.models import OutgoingAnswer


def erase_outgoing(feedback_ids: Sequence[str]) -> None:
    """Delete every answer to these voices; what has gone out is out. Again, it changes nothing more."""
    OutgoingAnswer.objects.filter(feedback_id__in=feedback_ids).delete()
