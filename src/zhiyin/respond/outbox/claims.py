"""Leases on outgoing answers: of several workers one has an answer in hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.states import AnswerState, Way

# Longer than any try may last; after it another worker takes over from one that died.
LEASE = timedelta(seconds=120)
_CARRIED = (Way.WEBHOOK.value, Way.MAIL.value)


def claim_next(
    *, token: str, now: datetime, lease: timedelta = LEASE, but_not: Collection[str] = ()
) -> OutgoingAnswer | None:
    """The answer that has waited longest, now held under `token`; None where nothing is due.

    Channels of `but_not` are left alone. What a worker that died had in hand comes again, unless it is a
    letter that may have arrived: that one is for people.
    """
    _set_aside_doubtful(now=now)
    due = OutgoingAnswer.objects.filter(next_try_at__lte=now, way__in=_CARRIED)
    due = due.filter(state__in=[AnswerState.WAITING.value, AnswerState.SENDING.value])
    for found in due.exclude(channel__in=list(but_not)).order_by("next_try_at")[:20]:
        same = OutgoingAnswer.objects.filter(pk=found.pk, state=found.state, next_try_at=found.next_try_at)
        is_ours = same.update(
            state=AnswerState.SENDING.value,
            held_by=token,
            held_until=now + lease,
            next_try_at=now + lease,
            n_tries=F("n_tries") + 1,
            version=F("version") + 1,
        )
        if is_ours:
            return OutgoingAnswer.objects.select_related("case", "unit").get(pk=found.pk)
    return None


def mark_handed(answer: OutgoingAnswer, *, token: str, now: datetime) -> bool:
    """Write down that from now on it may have arrived; False where the lease is no longer ours."""
    ours = OutgoingAnswer.objects.filter(pk=answer.pk, held_by=token, state=AnswerState.SENDING.value)
    return bool(ours.filter(held_until__gt=now).update(handed_at=now))


def _set_aside_doubtful(*, now: datetime) -> None:
    """A mail server knows no keys: what was handed in, and not heard of again, must not go twice."""
    lost = OutgoingAnswer.objects.filter(
        next_try_at__lte=now, state=AnswerState.SENDING.value, way=Way.MAIL.value, handed_at__isnull=False
    )
    for answer in lost:
        with transaction.atomic():
            same = OutgoingAnswer.objects.filter(pk=answer.pk, held_by=answer.held_by, state=answer.state)
            if same.update(
                state=AnswerState.UNSURE.value,
                reason="unheard",
                next_try_at=None,
                held_by="",
                changed_at=now,
                version=F("version") + 1,
            ):
                target = ("outgoing_answer", answer.key)
                record_event("outgoing_answer.unsure", target=target, details={"channel": answer.channel})
