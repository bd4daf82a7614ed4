"""Writes down what came of an attempt, and forgets what is old."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from zhiyin.insight.delivery.answers import Answer, find_reason
from zhiyin.insight.delivery.kinds import KINDS
from zhiyin.insight.delivery.retries import next_attempt
from zhiyin.insight.models import Delivery, DeliveryAttempt, Destination, Message, MessageFile
from zhiyin.people.services.audit import record_event

KEPT = timedelta(days=90)
FILES_KEPT = timedelta(days=7)
_MOST = 2_000
_MOST_PAUSE_SECONDS = 300.0


def record(delivery: Delivery, answer: Answer, *, now: datetime, share: float) -> None:
    """The attempt, the delivery's new state, the destination's health. `share` (0 to 1) spreads retries."""
    with transaction.atomic():
        note_attempt(delivery.destination, answer, now=now, delivery=delivery)
        fields = {"n_attempts": F("n_attempts") + 1, "reason": answer.reason, "answer": answer.text}
        Delivery.objects.filter(pk=delivery.pk).update(
            **fields, **_outcome(delivery, answer, now=now, share=share)
        )
        if answer.reason and find_reason(answer.reason).ends:
            end_destination(delivery.destination, reason=answer.reason, now=now)


def note_attempt(
    destination: Destination, answer: Answer, *, now: datetime, delivery: Delivery | None = None
) -> None:
    """One row for each request that was made, and the destination's health."""
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(
            destination=destination,
            delivery=delivery,
            at=now,
            is_taken=answer.is_taken,
            reason=answer.reason,
            answer=answer.text,
        )
        for _one in range(answer.n_requests)
    )
    seconds = _pause_seconds(destination, answer)
    pause = {"paused_until": now + timedelta(seconds=seconds) if seconds else None}
    row = Destination.objects.filter(pk=destination.pk)
    if answer.is_taken:
        row.update(last_sent_at=now, n_failures=0, **pause)
    else:
        row.update(last_failed_at=now, n_failures=F("n_failures") + 1, **pause)


def end_destination(destination: Destination, *, reason: str, now: datetime) -> None:
    """Switch it off; what waited for it is dead and can be sent again."""
    if Destination.objects.filter(pk=destination.pk, is_on=True).update(is_on=False, off_reason=reason):
        target = ("destination", destination.name)
        record_event("destination.switched_off", target=target, details={"reason": reason}, at=now)
    bury_waiting(destination, now=now)


def bury_waiting(destination: Destination, *, now: datetime) -> int:
    """How many waited; they are dead, as the destination was switched off."""
    waiting = Delivery.objects.filter(destination=destination, state=Delivery.State.WAITING)
    return waiting.update(state=Delivery.State.DEAD, reason="switched_off", ended_at=now)


def forget_old(*, now: datetime) -> int:
    """How many messages, ended 90 days ago or earlier, went with all that belongs to them."""
    limit = now - KEPT
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING).values("message_id")
    old = Message.objects.filter(created_at__lt=limit).exclude(pk__in=waiting).values_list("pk", flat=True)
    ids = list(old[:_MOST])
    if ids:
        Message.objects.filter(pk__in=ids).delete()
    DeliveryAttempt.objects.filter(delivery=None, at__lt=limit).delete()
    _forget_files(now=now)
    return len(ids)


def _forget_files(*, now: datetime) -> None:
    """Files of a week ago that arrived everywhere; one that may be sent again keeps them."""
    open_states = [Delivery.State.WAITING, Delivery.State.DEAD]
    wanted = Delivery.objects.filter(state__in=open_states).values("message_id")
    old = MessageFile.objects.filter(message__created_at__lt=now - FILES_KEPT).exclude(message_id__in=wanted)
    old.delete()


def _pause_seconds(destination: Destination, answer: Answer) -> float:
    if not answer.reason or not find_reason(answer.reason).grows:
        return answer.pause_seconds
    n_failures = Destination.objects.values_list("n_failures", flat=True).get(pk=destination.pk)
    grown = answer.pause_seconds * 2.0 ** min(n_failures, 10)
    return max(answer.pause_seconds, min(_MOST_PAUSE_SECONDS, grown))


def _outcome(delivery: Delivery, answer: Answer, *, now: datetime, share: float) -> dict[str, object]:
    if answer.is_taken:
        return {"state": Delivery.State.SENT, "ended_at": now}
    again = next_attempt(
        now=now,
        n_attempts=delivery.n_attempts + 1,
        schedule=KINDS[delivery.destination.kind].retry_seconds,
        share=share,
        least_seconds=answer.pause_seconds,
    )
    if again is None or find_reason(answer.reason).is_final:
        return {"state": Delivery.State.DEAD, "ended_at": now}
    return {"due_at": again}
