"""Makes stored messages ready to go."""

from __future__ import annotations

from datetime import datetime

from zhiyin.insight.delivery.contract import Attachment
from zhiyin.insight.delivery.letters import Letter
from zhiyin.insight.delivery.outside import public_url
from zhiyin.insight.models import Delivery, MessageFile


def make_letter(delivery: Delivery, *, language: str, now: datetime) -> Letter:
    """The delivery's message with its files; comes with `message`. One query."""
    message = delivery.message
    files = list(MessageFile.objects.filter(message_id=message.pk).order_by("pk"))
    picture = next((bytes(one.content) for one in files if one.is_picture), None)
    return Letter(
        reference=delivery.reference,
        key=message.key,
        title=message.title,
        text=message.text,
        markdown=message.markdown,
        url=public_url(message.path),
        level=message.level,
        language=language,
        created_at=message.created_at,
        at=now,
        picture=picture,
        attachments=tuple(
            Attachment(name=one.name, content_type=one.content_type, content=bytes(one.content))
            for one in files
            if not one.is_picture
        ),
    )
