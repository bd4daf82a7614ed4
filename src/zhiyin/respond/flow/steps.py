"""The steps of ISO 10002 between receiving and closing: acknowledged, assessed, looked into, told."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.actors import Actor
from zhiyin.respond.errors import StepImpossible
from zhiyin.respond.flow.holding import OPEN
from zhiyin.respond.flow.kinds import SEVERITIES, Cause, MessageKind, Way
from zhiyin.respond.flow.messages import write_message
from zhiyin.respond.models import Case, CaseAssessment, CaseStatus, Step
from zhiyin.respond.services.changes import (
    MAX_TEXT,
    Change,
    account_id_of,
    changing,
    clean_text,
    shorten,
    write_note,
)

_SAFETY_URGENCY = 3
_ALL = frozenset(CaseStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What somebody found at first sight. `severity`: 1 light to 4 grave; `aspect` may be empty."""

    cause: Cause
    severity: int
    is_safety: bool = False
    aspect: str = ""


def acknowledge(case: Case, *, by: Actor, note: str = "", version: int | None = None) -> Case:
    """The customer was told that we have it, by phone or in person; where we wrote, it is so by itself.

    Raises:
        StepImpossible: they know already, or the case is over. CaseChanged: it was changed.
    """
    clean = shorten(note, limit=MAX_TEXT)
    with changing(case, step=Step.ACKNOWLEDGED, by=by, version=version, among=OPEN) as change:
        if change.case.acknowledged_at is not None:
            raise StepImpossible(
                f"The customer of case {case.number} was told already that we have it.",
                next_step="Take the next step instead.",
            )
        change.case.acknowledged_at = change.at
        if clean:
            write_note(change, clean, by=by)
    return change.case


def assess(
    case: Case, assessment: Assessment, *, by: Actor, note: str = "", version: int | None = None
) -> Case:
    """Cause, severity, safety and aspect; again, the newer counts. Danger to somebody is urgent at once.

    Raises:
        InvalidInput: no such severity or aspect. CaseChanged, StepImpossible: it was changed, or is over.
    """
    _check(assessment)
    clean = shorten(note, limit=MAX_TEXT)
    with changing(case, step=Step.ASSESSED, by=by, version=version, among=OPEN) as change:
        CaseAssessment.objects.create(
            case=change.case,
            cause=assessment.cause.value,
            severity=assessment.severity,
            is_safety=assessment.is_safety,
            aspect=assessment.aspect,
            author_id=account_id_of(by),
            at=change.at,
        )
        _write_into(change, assessment)
        if clean:
            write_note(change, clean, by=by)
    return change.case


def finish_investigation(case: Case, *, finding: str, by: Actor, version: int | None = None) -> Case:
    """What was found, for colleagues; again, the newer date counts.

    Raises:
        InvalidInput: nothing is told. CaseChanged, StepImpossible: it was changed, or is over.
    """
    clean = clean_text(finding, field="finding", missing="Say what was found.")
    with changing(case, step=Step.INVESTIGATED, by=by, version=version, among=OPEN) as change:
        change.case.investigated_at = change.at
        write_note(change, clean, by=by)
    return change.case


def communicate(case: Case, *, way: Way, by: Actor, words: str = "", version: int | None = None) -> Case:
    """The decision reached the customer that way; `words` are what they were told, and they may read them.

    Raises:
        StepImpossible: there is no answer yet. CaseChanged: it was changed.
    """
    with changing(case, step=Step.COMMUNICATED, by=by, version=version, among=_ALL) as change:
        if change.case.answered_at is None:
            raise StepImpossible(
                f"Case {case.number} has no answer yet.", next_step="Answer the customer first."
            )
        change.case.communicated_at = change.at
        write_message(change, shorten(words, limit=MAX_TEXT), kind=MessageKind.DECISION, by=by, way=way)
    return change.case


def note_dates(change: Change, step: Step, by: Actor) -> None:
    """A hook before saving: what a step of the customer's, or an answer, says about the dates."""
    case = change.case
    is_theirs = by.kind == "visitor"
    # Who writes into the form gets the number at once; who is asked or answered knows that we have it.
    has_heard = step in (Step.ANSWERED, Step.ASKED) or (step is Step.OPENED and is_theirs)
    if has_heard and case.acknowledged_at is None:
        case.acknowledged_at = change.at
    # Who says whether it helped has read the answer.
    if is_theirs and step in (Step.SOLVED, Step.REOPENED) and case.answered_at is not None:
        case.communicated_at = case.communicated_at or change.at
    if case.stands is not CaseStatus.HELD:
        case.held_until = None


def _check(assessment: Assessment) -> None:
    if assessment.severity not in SEVERITIES:
        raise InvalidInput("The severity is a number from 1 to 4.", field="severity")
    if assessment.aspect and not any(one.id == assessment.aspect for one in get_taxonomy().taxonomy.aspects):
        raise InvalidInput("There is no such aspect.", next_step="Choose one from the list.", field="aspect")


def _write_into(change: Change, assessment: Assessment) -> None:
    case = change.case
    case.cause, case.severity = assessment.cause.value, assessment.severity
    case.is_safety, case.aspect = assessment.is_safety, assessment.aspect
    case.assessed_at = change.at
    if assessment.is_safety:
        case.urgency = _SAFETY_URGENCY
