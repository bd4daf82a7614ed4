"""Waits: for the customer's answer to a question, or until a day; and goes on afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.respond.flow.holding import holding
from zhiyin.respond.flow.kinds import MessageKind
from zhiyin.respond.flow.merging import find_heir
from zhiyin.respond.flow.messages import write_message
from zhiyin.respond.models import Case, CaseMessage, CaseStatus, Step
from zhiyin.respond.moment import current_moment
from zhiyin.respond.services.changes import (
    CUSTOMER,
    MAX_TEXT,
    changing,
    clean_text,
    shorten,
    write_note,
    write_words,
)
from zhiyin.respond.statuses import AWAITING_STAFF

_LONGEST_HOLD = timedelta(days=366)
_MOST_AT_ONCE = 500
_MAY_WAIT = AWAITING_STAFF | {CaseStatus.WAITING}
_WAITS = frozenset({CaseStatus.WAITING, CaseStatus.HELD})


def ask_customer(case: Case, *, question: str, by: Actor, version: int | None = None) -> Case:
    """The customer sees the question and owes the next step; clocks that may rest do.

    Raises:
        InvalidInput: no question. CaseChanged, StepImpossible: it was changed, answered, or is over.
    """
    clean = clean_text(question, field="question", missing="Write what you want to know.")
    with changing(case, step=Step.ASKED, by=by, version=version, among=_MAY_WAIT) as change:
        change.case.status, change.case.held_until = CaseStatus.WAITING, None
        write_message(change, clean, kind=MessageKind.QUESTION, by=by)
    return change.case


def customer_spoke(case: Case, *, words: str = "", by: Actor = CUSTOMER) -> Case:
    """The customer said something: where we waited for that, the next step is ours again, else nothing.

    `words` are kept where they stand nowhere else, such as on a phone call; a voice that was added to the
    case holds its own. Safe to call for every case, also twice; what went into another case is that one.
    """
    clean = shorten(words, limit=MAX_TEXT)
    with holding(find_heir(case)) as (held,):
        if held.stands is not CaseStatus.WAITING:
            return held
        with changing(held, step=Step.CUSTOMER_SPOKE, by=by) as change:
            change.case.status = CaseStatus.WORKING
            open_questions = CaseMessage.objects.filter(
                case=held, kind=MessageKind.QUESTION.value, replied_at=None
            )
            open_questions.update(replied_at=change.at)
            if clean:
                write_words(change, clean)
    return change.case


def hold_case(
    case: Case, *, until: datetime, reason: str, by: Actor, told: str = "", version: int | None = None
) -> Case:
    """Nothing happens until then, for a reason that colleagues read; `told` is what the customer reads.

    Raises:
        InvalidInput: no reason, or a time that has passed or is more than a year away. CaseChanged,
        StepImpossible: it was changed, answered, or is over.
    """
    clean = clean_text(reason, field="hold_reason", missing="Say why it has to rest.")
    now = current_moment()
    if until.tzinfo is None or not now < until <= now + _LONGEST_HOLD:
        raise InvalidInput("Choose a day to come, within a year.", field="until")
    with changing(case, step=Step.HELD, by=by, version=version, among=_MAY_WAIT) as change:
        change.case.status, change.case.held_until = CaseStatus.HELD, until
        write_note(change, clean, by=by)
        if public := shorten(told, limit=MAX_TEXT):
            write_message(change, public, kind=MessageKind.HOLD, by=by)
    return change.case


def resume_case(case: Case, *, by: Actor, version: int | None = None) -> Case:
    """Go on before the day has come, or before the customer has answered.

    Raises:
        CaseChanged, StepImpossible: it was changed, or it does not rest.
    """
    with changing(case, step=Step.RESUMED, by=by, version=version, among=_WAITS) as change:
        change.case.status, change.case.held_until = CaseStatus.WORKING, None
    return change.case


def resume_due(*, now: datetime) -> int:
    """How many cases were taken up because their day has come. Two processes never do it twice."""
    held = Case.objects.filter(status=CaseStatus.HELD.value, held_until__lte=now)
    return sum(_resume_one(case, now=now) for case in held.order_by("held_until")[:_MOST_AT_ONCE])


def _resume_one(case: Case, *, now: datetime) -> bool:
    with holding(case) as (held,):
        is_due = held.stands is CaseStatus.HELD and held.held_until is not None and held.held_until <= now
        if is_due:
            resume_case(held, by=SYSTEM)
    return is_due
