"""One change of an outgoing answer: the row locked, its version checked, the audit trail written."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.errors import AnswerChanged, AnswerGone, AnswerNotFound
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.outbox.targets import Target


def get_answer(key: str, *, scope: Scope) -> OutgoingAnswer:
    """The answer of that key, with unit, case and people at hand. Raises `AnswerNotFound`."""
    found = _whole().filter(key=key).first()
    if found is None or not scope.allows(found.unit_id):
        raise AnswerNotFound
    return found


def find_reply(feedback_id: str) -> OutgoingAnswer | None:
    """The reply to a voice that the asker may read: being written, on its way or out."""
    return _whole().filter(feedback_id=feedback_id, is_reply=True).first()


def lock_reply(target: Target, *, version: int, now: datetime) -> OutgoingAnswer:
    """The reply to the voice, held by the transaction; a new draft, saved, where there was none.

    Raises:
        AnswerChanged: it is no longer what the asker saw as `version`, 0 for nothing.
    """
    held = OutgoingAnswer.objects.select_for_update().filter(feedback_id=target.feedback_id, is_reply=True)
    found = held.first()
    if (found.version if found else 0) != version:
        raise AnswerChanged
    if found is not None:
        return found
    feedback = target.detail.feedback
    try:
        with transaction.atomic():
            return OutgoingAnswer.objects.create(
                key=make_key(),
                feedback_id=target.feedback_id,
                case=target.case,
                unit_id=feedback.unit_id,
                channel=feedback.channel,
                way=Way.HAND,
                text="",
                state=AnswerState.DRAFT,
                made_at=now,
                changed_at=now,
                version=0,
            )
    except IntegrityError:  # a colleague began this very moment
        raise AnswerChanged from None


@contextmanager
def changing(
    answer: OutgoingAnswer,
    *,
    by: Actor,
    action: str,
    among: frozenset[AnswerState],
    version: int | None = None,
    details: Mapping[str, str] | None = None,
) -> Iterator[OutgoingAnswer]:
    """Hold the answer for a change; at the end of the block save it, and tell the trail.

    Raises:
        AnswerChanged: it has another `version` by now. AnswerGone: it stands in none of `among`.
    """
    with transaction.atomic():
        locked = OutgoingAnswer.objects.select_for_update().filter(pk=answer.pk).first()
        if locked is None:
            raise AnswerNotFound
        if version is not None and locked.version != version:
            raise AnswerChanged
        if locked.stands not in among:
            raise AnswerGone
        yield locked
        save(locked, now=timezone.now())
        record_event(
            f"outgoing_answer.{action}",
            by=by,
            target=("outgoing_answer", locked.key),
            details={"channel": locked.channel, **(details or {})},
        )


def save(answer: OutgoingAnswer, *, now: datetime) -> None:
    """Save what the caller holds, as a new version."""
    answer.version += 1
    answer.changed_at = now
    answer.save()


def make_key() -> str:
    """A name for an answer, which tells a receiver that a second try is the same answer."""
    return f"ans_{secrets.token_urlsafe(18)}"


def _whole() -> QuerySet[OutgoingAnswer]:
    return OutgoingAnswer.objects.select_related("unit", "case", "author", "reader")
