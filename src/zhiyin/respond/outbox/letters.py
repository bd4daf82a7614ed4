"""Tells the customer by mail what the page of their case says, where they left an address."""

from __future__ import annotations

from zhiyin.insight.delivery.outside import read_outside
from zhiyin.people.actors import Actor
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox.changes import make_key
from zhiyin.respond.outbox.services import UNDO
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.queries import read_contact
from zhiyin.respond.sealing import seal
from zhiyin.respond.services.changes import Change, account_id_of
from zhiyin.respond.statuses import Step


def write_letter(change: Change, step: Step, by: Actor) -> None:
    """A step hook: an answer goes out by mail as well, in the same transaction that sends it."""
    if step is not Step.ANSWERED or change.answer is None or read_outside().mail is None:
        return
    email = read_contact(change.case).email
    if not email:
        return
    key = make_key()
    OutgoingAnswer.objects.create(
        key=key,
        feedback_id=change.case.feedback_id,
        case=change.case,
        answer=change.answer,
        unit_id=change.case.unit_id,
        is_reply=False,
        channel="email",
        way=Way.MAIL,
        to_sealed=seal(email, purpose="answer", number=key),
        text=change.answer.text,
        author_id=account_id_of(by),
        made_at=change.at,
        changed_at=change.at,
        state=AnswerState.WAITING,
        next_try_at=change.at + UNDO,
    )
