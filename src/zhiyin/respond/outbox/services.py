"""Answers a voice where the customer wrote: draft, send, take back, read, put there by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.plain import Severity, check_text, language_of
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.about import find_contact
from zhiyin.respond.answer_templates.variables import find_holes, put_name
from zhiyin.respond.knowing.guarding import ForbiddenWords
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.changes import changing, lock_reply, save
from zhiyin.respond.outbox.errors import AnswerGone, CannotRead, RuleBroken, VariableMissing
from zhiyin.respond.outbox.risks import find_risks
from zhiyin.respond.outbox.rules import MAX_SIGNS, Breach, find_breaches
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.outbox.targets import Target, find_name
from zhiyin.respond.outbox.telling import tell_author, tell_reader
from zhiyin.respond.sealing import seal
from zhiyin.respond.services.changes import account_id_of, shorten

# As long as one may take it back by "Undo".
UNDO = timedelta(seconds=20)
# As much as the page's field takes; how much of it is too much for the channel is then told.
_MOST_TYPED = 2 * MAX_SIGNS
_HAND_UNDO = timedelta(hours=1)
_TAKEABLE = frozenset({AnswerState.WAITING, AnswerState.READING, AnswerState.FAILED, AnswerState.SENT})
_READING = frozenset({AnswerState.READING})
_STOPPED = frozenset({AnswerState.FAILED, AnswerState.UNSURE})


def save_reply_draft(target: Target, *, text: str, by: Actor, version: int) -> OutgoingAnswer:
    """The draft as saved. `version` is that of the answer which the asker saw, 0 where there was none.

    Raises:
        AnswerChanged: a colleague wrote on it since. AnswerGone: it is on its way already.
    """
    now = timezone.now()
    with transaction.atomic():
        answer = lock_reply(target, version=version, now=now)
        _check_is_draft(answer)
        answer.text, answer.author_id = shorten(text, limit=MAX_SIGNS), account_id_of(by)
        save(answer, now=now)
    return answer


def send_reply(target: Target, *, text: str, by: Actor, version: int) -> OutgoingAnswer:
    """The answer on its way: after a moment for "Undo", after a second person's yes, or to be put there.

    Raises:
        RuleBroken, VariableMissing, ForbiddenWords: the text cannot go out as it is.
        AnswerChanged, AnswerGone: a colleague was quicker.
    """
    now, clean = timezone.now(), put_name(shorten(text, limit=_MOST_TYPED), name=find_name(target))
    check_words(target, clean, now=now)
    risks = find_risks(target, clean)
    with transaction.atomic():
        answer = lock_reply(target, version=version, now=now)
        _check_is_draft(answer)
        answer.text, answer.author_id, answer.case = clean, account_id_of(by), target.case
        answer.risks, answer.reader, answer.read_at, answer.reader_words = [*map(str, risks)], None, None, ""
        _address(answer, target=target)
        if risks:
            answer.state = AnswerState.READING
        else:
            _release(answer, at=now + UNDO)
        save(answer, now=now)
        _tell("given_to_read" if risks else "sent", answer, by=by)
        if risks:
            tell_reader(answer, at=now, by=by)
    return answer


def mark_put_there(answer: OutgoingAnswer, *, by: Actor, version: int) -> OutgoingAnswer:
    """Somebody copied the answer to where the customer wrote. Raises `AnswerChanged`, `AnswerGone`."""
    waiting = frozenset({AnswerState.WAITING, *_STOPPED})
    with changing(answer, by=by, action="put_there", among=waiting, version=version) as held:
        held.way, held.next_try_at = Way.HAND, None
        held.state, held.sent_at, held.reason = AnswerState.SENT, timezone.now(), ""
    return held


def take_back(answer: OutgoingAnswer, *, by: Actor) -> OutgoingAnswer:
    """A draft again, as long as it has not gone out; of one put there by hand, for an hour the mark.

    Raises:
        AnswerGone: a worker has it in hand, or it is out.
    """
    with changing(answer, by=by, action="taken_back", among=_TAKEABLE) as held:
        if held.sent_at is not None and (
            held.way != Way.HAND or timezone.now() - held.sent_at > _HAND_UNDO or not held.is_reply
        ):
            raise AnswerGone
        held.state, held.sent_at, held.next_try_at = AnswerState.DRAFT, None, None
    return held


def approve(answer: OutgoingAnswer, *, target: Target, by: Actor, version: int) -> OutgoingAnswer:
    """The second reader says yes.

    Raises:
        CannotRead: it is the author's own. RuleBroken: it is too late by now. AnswerChanged, AnswerGone.
    """
    now = timezone.now()
    check_words(target, answer.text, now=now)
    with changing(answer, by=by, action="read", among=_READING, version=version) as held:
        _check_reader(held, by=by)
        held.reader_id, held.read_at, held.reader_words = account_id_of(by), now, ""
        _release(held, at=now)
        tell_author(held, is_passed=True, at=now, by=by)
    return held


def refuse(answer: OutgoingAnswer, *, words: str, by: Actor, version: int) -> OutgoingAnswer:
    """The second reader says no, and why: it is the author's draft again.

    Raises:
        InvalidInput: no words. CannotRead, AnswerChanged, AnswerGone: as above.
    """
    clean = shorten(words, limit=500)
    if not clean:
        raise InvalidInput("Say what has to change.", field="reader_words")
    with changing(answer, by=by, action="refused", among=_READING, version=version) as held:
        _check_reader(held, by=by)
        held.reader_id, held.read_at, held.reader_words = account_id_of(by), timezone.now(), clean
        held.state = AnswerState.DRAFT
        tell_author(held, is_passed=False, at=timezone.now(), by=by)
    return held


def try_again(answer: OutgoingAnswer, *, by: Actor, version: int) -> OutgoingAnswer:
    """Send what failed, or what may have arrived, once more, under the same key."""
    with changing(answer, by=by, action="tried_again", among=_STOPPED, version=version) as held:
        held.n_tries, held.handed_at = 0, None
        _release(held, at=timezone.now())
    return held


def confirm_arrived(answer: OutgoingAnswer, *, by: Actor, version: int) -> OutgoingAnswer:
    """Somebody has seen that it arrived. Raises `AnswerChanged`, `AnswerGone`."""
    unsure = frozenset({AnswerState.UNSURE})
    with changing(answer, by=by, action="arrived", among=unsure, version=version) as held:
        held.state, held.sent_at, held.reason = AnswerState.SENT, held.handed_at or timezone.now(), ""
    return held


def check_words(target: Target, text: str, *, now: datetime) -> None:
    """Refuse what the channel, or the house, does not let out.

    Raises:
        RuleBroken, VariableMissing, ForbiddenWords: the first that is found.
    """
    for breach in find_breaches(target.rule, text, said_at=target.said_at, now=now):
        over = target.rule.count(text) - target.rule.limit
        over = over if breach is Breach.TOO_LONG else 0
        raise RuleBroken(breach, over=over, in_bytes=target.rule.counts_bytes)
    if missing := find_holes(text):
        raise VariableMissing(missing[0])
    for one in check_text(text, language=language_of(text)).remarks:
        if one.severity is Severity.FORBIDDEN:
            raise ForbiddenWords(one.words)


def _check_is_draft(answer: OutgoingAnswer) -> None:
    if answer.state != AnswerState.DRAFT:
        raise AnswerGone


def _check_reader(answer: OutgoingAnswer, *, by: Actor) -> None:
    reader = account_id_of(by)
    if reader is None or reader == answer.author_id:
        raise CannotRead


def _address(answer: OutgoingAnswer, *, target: Target) -> None:
    answer.way, answer.to_sealed = target.way, None
    if target.way is Way.MAIL:
        email = find_contact(target.detail).email
        answer.to_sealed = seal(email, purpose="answer", number=answer.key)


def _release(answer: OutgoingAnswer, *, at: datetime) -> None:
    """Let it go out from then on; what goes by hand waits for somebody's hand."""
    answer.state = AnswerState.WAITING
    answer.next_try_at = None if answer.way == Way.HAND else at
    answer.reason = answer.said = ""


def _tell(action: str, answer: OutgoingAnswer, *, by: Actor) -> None:
    target = ("outgoing_answer", answer.key)
    record_event(f"outgoing_answer.{action}", by=by, target=target, details={"channel": answer.channel})
