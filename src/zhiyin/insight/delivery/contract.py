"""What other parts of the room use to send something: a message, the destinations, the queue."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhiyin.insight.models import Delivery, Destination, Message, MessageFile
from zhiyin.people.scope import Scope

NOW_LEVEL = 3
_MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along; destinations that take no files get the link alone."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutMessage:
    """What to say. The same `key` goes to a destination once; text and markdown hold masked words only.

    `markdown` empty is made from `text`; `path` is the page of Zhiyin that shows it (`/alerts/12/`);
    `level` is 0 for the record, 1 notice, 2 today, 3 now, which breaks quiet hours; `picture` is a PNG.
    """

    key: str
    title: str
    text: str
    markdown: str = ""
    path: str = ""
    level: int = 1
    picture: bytes | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRow:
    """A destination to choose; `unit_id` None belongs to the whole company."""

    id: int
    name: str
    kind: str
    unit_id: int | None
    language: str
    is_on: bool


def queue_message(message: OutMessage, *, destination_ids: Iterable[int], now: datetime) -> int:
    """How many deliveries were queued, in the caller's transaction: what caused them and they stand or fall.

    Destinations that are off, deleted or had this key before get none. A key that is known keeps the words
    it first came with.
    """
    destinations = list(Destination.objects.filter(pk__in=list(destination_ids), is_on=True, deleted_at=None))
    if not destinations:
        return 0
    with transaction.atomic():
        stored = _store(message, now=now)
        before = set(Delivery.objects.filter(message=stored).values_list("destination_id", flat=True))
        waiting = [
            Delivery(
                destination=one,
                message=stored,
                reference=f"msg_{secrets.token_urlsafe(18)}",
                due_at=now,
                queued_at=now,
            )
            for one in destinations
            if one.pk not in before
        ]
        # Another process may queue the same this very moment; the constraint lets one of them through.
        Delivery.objects.bulk_create(waiting, ignore_conflicts=True)
        references = [one.reference for one in waiting]
        return Delivery.objects.filter(message=stored, reference__in=references).count()


def list_destinations(*, scope: Scope) -> list[DestinationRow]:
    """Those of the scope's units by name, off ones too; those of the company only for all units."""
    rows = Destination.objects.filter(deleted_at=None).order_by("name")
    if scope.unit_ids is not None:
        rows = rows.filter(Q(unit_id__in=scope.unit_ids))
    return [
        DestinationRow(
            id=one.pk,
            name=one.name,
            kind=one.kind,
            unit_id=one.unit_id,
            language=one.language,
            is_on=one.is_on,
        )
        for one in rows
    ]


def _store(message: OutMessage, *, now: datetime) -> Message:
    stored, is_new = Message.objects.get_or_create(
        key=message.key,
        defaults={
            "title": message.title[:_MAX_TITLE],
            "text": message.text,
            "markdown": message.markdown,
            "path": message.path,
            "level": message.level,
            "created_at": now,
        },
    )
    if is_new:
        MessageFile.objects.bulk_create(_files(message, stored=stored))
    return stored


def _files(message: OutMessage, *, stored: Message) -> list[MessageFile]:
    files = [
        MessageFile(message=stored, name=one.name, content_type=one.content_type, content=one.content)
        for one in message.attachments
    ]
    if message.picture is not None:
        picture = MessageFile(
            message=stored,
            name="picture.png",
            content_type="image/png",
            content=message.picture,
            is_picture=True,
        )
        files.append(picture)
    return files
