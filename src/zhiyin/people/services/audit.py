"""Appends to the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from django.db import transaction
from django.utils import timezone

from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import AuditEvent, AuditHead

Outcome = Literal["done", "refused", "failed"]
_HEAD_ID = 1


def record_event(
    action: str,
    *,
    by: Actor = SYSTEM,
    target: tuple[str, object] = ("", ""),
    outcome: Outcome = "done",
    details: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """The event as appended, in the caller's transaction if there is one: undone with what it tells of.

    `action` is object and verb, as `account.created`; `target` is kind and id; `details` become strings
    and must hold no private data. Appends wait for each other until their transactions end.
    """
    with transaction.atomic():
        head = _locked_head()
        event = AuditEvent(
            sequence=head.sequence + 1,
            at=(at or timezone.now()).astimezone(UTC),
            actor_kind=by.kind,
            actor_id=_clean(by.id, 64),
            action=action,
            target_kind=target[0],
            target_id=_clean(target[1], 64),
            outcome=outcome,
            address=_clean(by.address, 64),
            details=_canonical({key: _clean(value, 500) for key, value in (details or {}).items()}),
            previous_hash=bytes(head.hash),
        )
        event.hash = hash_of(event)
        event.save(force_insert=True)
        AuditHead.objects.filter(pk=head.pk).update(sequence=event.sequence, hash=event.hash)
    return event


def hash_of(event: AuditEvent) -> bytes:
    """SHA-256 over the canonical JSON of every field but the hash itself."""
    fields = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "action": event.action,
        "target_kind": event.target_kind,
        "target_id": event.target_id,
        "outcome": event.outcome,
        "address": event.address,
        "details": event.details,
        "previous_hash": bytes(event.previous_hash).hex(),
    }
    return hashlib.sha256(_canonical(fields).encode()).digest()


def _locked_head() -> AuditHead:
    """The head row, held until the transaction ends (SQLite holds the whole file from its begin)."""
    head = AuditHead.objects.select_for_update().filter(pk=_HEAD_ID).first()
    if head is None:
        last = AuditEvent.objects.order_by("-sequence").first()
        first = AuditHead(id=_HEAD_ID)
        if last is not None:  # someone removed the head; the chain goes on where it ends
            first.sequence, first.hash = last.sequence, last.hash
        AuditHead.objects.bulk_create([first], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=_HEAD_ID)
    return head


def _canonical(value: Mapping[str, object]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _clean(value: object, limit: int) -> str:
    """Text that both databases store unchanged: no NUL, no lone surrogate, no more than `limit` signs."""
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    return text[:limit]
