"""Appends to the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from django.db import transaction
from django.utils import timezone

from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import AuditEvent, AuditHead

Outcome = Literal["done", "refused", "failed"]
_HEAD_ID = 1
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What is to be recorded; for its parts see `record_event`."""

    action: str
    target: tuple[str, object] = ("", "")
    outcome: Outcome = "done"
    details: Mapping[str, object] = field(default_factory=dict)


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
    happening = Happening(action=action, target=target, outcome=outcome, details=details or {})
    return record_events([happening], by=by, at=at)[0]


def record_events(
    happenings: Sequence[Happening], *, by: Actor = SYSTEM, at: datetime | None = None
) -> list[AuditEvent]:
    """As `record_event`, for many at once: their numbers follow each other without a gap."""
    if not happenings:
        return []
    moment = (at or timezone.now()).astimezone(UTC)
    with transaction.atomic():
        head = _locked_head()
        events: list[AuditEvent] = []
        previous, sequence = bytes(head.hash), head.sequence
        for happening in happenings:
            sequence += 1
            event = _event(happening, by=by, at=moment, sequence=sequence, previous=previous)
            events.append(event)
            previous = bytes(event.hash)
        AuditEvent.objects.bulk_create(events, batch_size=_BATCH)
        AuditHead.objects.filter(pk=head.pk).update(sequence=sequence, hash=previous)
    return events


def _event(happening: Happening, *, by: Actor, at: datetime, sequence: int, previous: bytes) -> AuditEvent:
    details = {key: _clean(value, 500) for key, value in happening.details.items()}
    event = AuditEvent(
        sequence=sequence,
        at=at,
        actor_kind=by.kind,
        actor_id=_clean(by.id, 64),
        action=happening.action,
        target_kind=happening.target[0],
        target_id=_clean(happening.target[1], 64),
        outcome=happening.outcome,
        address=_clean(by.address, 64),
        details=_canonical(details),
        previous_hash=previous,
    )
    event.hash = hash_of(event)
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
