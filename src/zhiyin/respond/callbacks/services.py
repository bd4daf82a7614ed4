"""What changes call-backs: promise, move, call, cancel and take the cancelling back.

Whoever needs both locks the case before its call-back, as the steps of a case do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.callbacks.clock import keep_call_clock
from zhiyin.respond.callbacks.errors import CallBackChanged, CallBackOver, CallBackTwice
from zhiyin.respond.callbacks.kinds import STILL_OWED, AskedBy, CallBackState, Outcome
from zhiyin.respond.callbacks.moments import read_zone
from zhiyin.respond.callbacks.words import describe_attempt, describe_promise, in_company_language
from zhiyin.respond.errors import CannotOwn
from zhiyin.respond.models import CallAttempt, CallBack, Case, Step
from zhiyin.respond.moment import current_moment
from zhiyin.respond.queries.owners import may_own
from zhiyin.respond.services.changes import (
    MAX_TEXT,
    account_id_of,
    changing,
    shorten,
    write_note,
)

LEAST_MINUTES, MOST_MINUTES = 15, 8 * 60
UNDO_WINDOW = timedelta(minutes=10)
_MOST_AHEAD = timedelta(days=92)
_MAX_TOPIC = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised. `owner` None is the owner of the case; `zone` is the clock by which it was said."""

    promised_at: datetime
    window_minutes: int = 60
    zone: str
    topic: str = ""
    asked_by: AskedBy = AskedBy.STAFF
    owner: Account | None = None


def plan_call_back(case: Case, *, promise: Promise, by: Actor) -> CallBack:
    """The customer is to be called then; the story of the case tells it.

    Private data in the topic are masked, for calendars and lists show it.

    Raises:
        InvalidInput: the time has passed or is too far ahead, the window or the zone is none.
        CannotOwn: the owner may not work on cases of the unit. CallBackTwice: it is promised already.
    """
    read_zone(promise.zone, field="call_zone")
    until_at = _check_time(promise.promised_at, window_minutes=promise.window_minutes)
    if promise.owner is not None and not may_own(promise.owner, unit=case.unit):
        raise CannotOwn
    with changing(case, step=Step.PROMISED, by=by, is_addition=True) as change:
        planned = CallBack(
            case=change.case,
            topic=mask_texts([" ".join(shorten(promise.topic, limit=_MAX_TOPIC).split())])[0][:_MAX_TOPIC],
            promised_at=promise.promised_at,
            until_at=until_at,
            zone=promise.zone,
            asked_by=promise.asked_by.value,
            owner=promise.owner or change.case.owner,
            made_at=change.at,
            made_by_id=account_id_of(by),
        )
        _save(planned)
        with in_company_language():
            write_note(change, describe_promise(planned), by=by)
    return planned


def move_call_back(
    call_back: CallBack, *, promised_at: datetime, window_minutes: int, by: Actor, version: int | None = None
) -> CallBack:
    """It is promised for another time; one that was missed is promised anew.

    Raises:
        InvalidInput, CallBackTwice: as for a new one. CallBackOver, CallBackChanged: it is over, or was
        changed meanwhile.
    """
    until_at = _check_time(promised_at, window_minutes=window_minutes)
    with _holding(call_back, version=version) as held:
        if held.stands not in STILL_OWED:
            raise CallBackOver
        _promise_anew(held, promised_at=promised_at, until_at=until_at, by=by)
    return held


def record_call(
    call_back: CallBack,
    *,
    outcome: Outcome,
    by: Actor,
    note: str = "",
    mood: int | None = None,
    later_at: datetime | None = None,
    version: int | None = None,
) -> CallBack:
    """Somebody called. Reaching the customer keeps the promise; `later_at` is for `CALL_LATER` alone.

    Raises:
        InvalidInput: the mood is not 1 to 5, or a later call has no time.
        CallBackOver, CallBackChanged, CallBackTwice: as above.
    """
    if mood is not None and not 1 <= mood <= 5:
        raise InvalidInput("The mood is 1 to 5.", field="call_mood")
    until_at = None
    if outcome is Outcome.CALL_LATER:
        if later_at is None:
            raise InvalidInput("Say when the customer wants to be called.", field="call_later")
        until_at = _check_time(later_at, window_minutes=call_back.window_minutes)
    with _holding(call_back, version=version) as held:
        if held.stands not in STILL_OWED:
            raise CallBackOver
        was_missed = held.stands is CallBackState.MISSED
        with changing(held.case, step=Step.CALLED_BACK, by=by, is_addition=True) as change:
            attempt = CallAttempt.objects.create(
                call_back=held,
                at=change.at,
                outcome=outcome.value,
                note=shorten(note, limit=MAX_TEXT),
                mood=mood,
                by_id=account_id_of(by),
            )
            with in_company_language():
                write_note(change, describe_attempt(attempt), by=by)
        if outcome.ends_it:
            held.state, held.ended_at = CallBackState.DONE, attempt.at
            _save(held)
            if not was_missed:
                with changing(held.case, step=Step.PROMISE_KEPT, by=by, is_addition=True):
                    pass
        elif later_at is not None and until_at is not None:
            _promise_anew(held, promised_at=later_at, until_at=until_at, by=by)
    return held


def cancel_call_back(call_back: CallBack, *, by: Actor, version: int | None = None) -> CallBack:
    """Nobody has to call any more. Raises `CallBackOver`, `CallBackChanged`."""
    with _holding(call_back, version=version) as held:
        if held.stands not in STILL_OWED:
            raise CallBackOver
        _tell_of_cancelling(held, state=CallBackState.CANCELLED, ended_at=current_moment(), by=by)
    return held


def restore_call_back(call_back: CallBack, *, by: Actor) -> CallBack:
    """A call-back as it was before it was cancelled, within ten minutes; past its time, it is overdue.

    Raises:
        CallBackOver: it was not cancelled, or too long ago. CallBackTwice: there is another by now.
    """
    with _holding(call_back, version=None) as held:
        is_fresh = held.ended_at is not None and current_moment() - held.ended_at <= UNDO_WINDOW
        if held.stands is not CallBackState.CANCELLED or not is_fresh:
            raise CallBackOver
        state = CallBackState.MISSED if held.missed_at else CallBackState.PLANNED
        _tell_of_cancelling(held, state=state, ended_at=None, by=by)
    return held


def _tell_of_cancelling(
    held: CallBack, *, state: CallBackState, ended_at: datetime | None, by: Actor
) -> None:
    """In the story it stands as a note: a promise was withdrawn, or holds again."""
    held.state, held.ended_at = state, ended_at
    with changing(held.case, step=Step.NOTED, by=by, is_addition=True) as change:
        _save(held)
        with in_company_language():
            write_note(change, describe_promise(held), by=by)


def _promise_anew(held: CallBack, *, promised_at: datetime, until_at: datetime, by: Actor) -> None:
    held.promised_at, held.until_at = promised_at, until_at
    held.state, held.missed_at = CallBackState.PLANNED, None
    with changing(held.case, step=Step.PROMISED, by=by, is_addition=True) as change:
        _save(held)
        with in_company_language():
            write_note(change, describe_promise(held), by=by)


def _check_time(promised_at: datetime, *, window_minutes: int) -> datetime:
    """The end of the window."""
    now = current_moment()
    if not LEAST_MINUTES <= window_minutes <= MOST_MINUTES:
        raise InvalidInput(f"The window is {LEAST_MINUTES} to {MOST_MINUTES} minutes.", field="call_window")
    if promised_at.tzinfo is None or promised_at <= now:
        raise InvalidInput("The time has passed.", next_step="Choose a time to come.", field="call_at")
    if promised_at > now + _MOST_AHEAD:
        raise InvalidInput("Nobody can promise so far ahead.", field="call_at_far")
    return promised_at + timedelta(minutes=window_minutes)


@contextmanager
def _holding(call_back: CallBack, *, version: int | None) -> Iterator[CallBack]:
    """The row, locked, with its case at hand. Raises `CallBackChanged` where it is not `version`."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=call_back.case_id)
        rows = CallBack.objects.select_for_update(of=("self",)).select_related("case__unit", "case__owner")
        held = rows.get(pk=call_back.pk)
        if version is not None and held.version != version:
            raise CallBackChanged
        yield held


def _save(row: CallBack) -> None:
    if row.pk is not None:
        row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CallBackTwice from None
    keep_call_clock(row, at=current_moment())
