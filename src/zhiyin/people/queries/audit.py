"""Verifies the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.people.models import AuditEvent, AuditHead
from zhiyin.people.services.audit import hash_of

_START = b"\0" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenEvent:
    """The first event that does not fit, by its sequence number, and why."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What verifying found; `head_hash` (hex) noted elsewhere proves later that nothing was rewritten."""

    n_events: int
    head_hash: str
    broken: BrokenEvent | None

    @property
    def is_intact(self) -> bool:
        """Whether every event follows from the one before it."""
        return self.broken is None


def verify_audit_chain() -> AuditReport:
    """Reads every event once, in order and in small pieces, and stops at the first that does not fit.

    Found: an event changed, removed (the last ones too), inserted, or put elsewhere. Whoever may write
    to the database could rewrite the whole chain; against that only the noted `head_hash` helps.
    """
    # Read the head first: events appended while we read are then beyond it, not missing.
    head = AuditHead.objects.first()
    end = head.sequence if head else 0
    n_events, previous = 0, _START
    for event in AuditEvent.objects.filter(sequence__lte=end).order_by("sequence").iterator(1000):
        reason = _reason_against(event, expected=n_events + 1, previous=previous)
        if reason:
            return _report(n_events, previous, BrokenEvent(sequence=event.sequence, reason=reason))
        n_events, previous = n_events + 1, bytes(event.hash)
    return _report(n_events, previous, _broken_end(head, n_events, previous))


def _reason_against(event: AuditEvent, *, expected: int, previous: bytes) -> str:
    if event.sequence != expected:
        return f"event {expected} is missing before it"
    if bytes(event.previous_hash) != previous:
        return "it does not follow from the event before it"
    if bytes(event.hash) != hash_of(event):
        return "its contents were changed"
    return ""


def _broken_end(head: AuditHead | None, n_events: int, previous: bytes) -> BrokenEvent | None:
    if head is None:
        if AuditEvent.objects.exists():
            return BrokenEvent(sequence=1, reason="the head of the chain is missing")
        return None
    if n_events != head.sequence:
        return BrokenEvent(sequence=n_events + 1, reason=f"it is missing; the chain goes to {head.sequence}")
    if bytes(head.hash) != previous:
        return BrokenEvent(sequence=n_events, reason="it is not the event that the head of the chain names")
    return None


def _report(n_events: int, head_hash: bytes, broken: BrokenEvent | None) -> AuditReport:
    return AuditReport(n_events=n_events, head_hash=head_hash.hex(), broken=broken)
