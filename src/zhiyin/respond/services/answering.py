"""Works on a case: begin, note, draft, answer, set when it is due."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.respond.errors import DraftChanged
from zhiyin.respond.models import Case, CaseAnswer, CaseStatus, Step
from zhiyin.respond.moment import current_moment
from zhiyin.respond.services.changes import (
    MAX_TEXT,
    Change,
    account_id_of,
    changing,
    clean_text,
    shorten,
    write_note,
)
from zhiyin.respond.statuses import ENDED

_OPEN = frozenset(CaseStatus) - ENDED
_NOT_BEGUN = frozenset({CaseStatus.OPEN, CaseStatus.REOPENED})


def start_work(case: Case, *, by: Actor, version: int | None = None) -> Case:
    """Somebody is at it now. Raises `CaseChanged`, or `StepImpossible` unless it is open or reopened."""
    with changing(case, step=Step.STARTED, by=by, version=version, among=_NOT_BEGUN) as change:
        change.case.status = CaseStatus.WORKING
    return change.case


def add_note(case: Case, *, text: str, by: Actor) -> Case:
    """Words for colleagues, never shown to the customer. Raises `InvalidInput` for no text."""
    clean = clean_text(text, field="note", missing="The note is empty.")
    with changing(case, step=Step.NOTED, by=by, is_addition=True) as change:
        write_note(change, clean, by=by)
    return change.case


def save_answer_draft(case: Case, *, text: str, by: Actor, version: int | None = None) -> CaseAnswer:
    """The draft as saved. `version` is that of the draft which the asker saw, 0 where there was none.

    Raises:
        DraftChanged: somebody else saved another text since.
    """
    with transaction.atomic():
        # Who holds the case alone writes its draft.
        Case.objects.select_for_update().get(pk=case.pk)
        draft = _draft_of(case)
        _check_draft(draft, version=version, case=case, by=by)
        draft.text = shorten(text, limit=MAX_TEXT)
        draft.author_id, draft.saved_at = account_id_of(by), current_moment()
        draft.version += 1
        draft.save()
    return draft


def send_answer(
    case: Case,
    *,
    by: Actor,
    text: str | None = None,
    version: int | None = None,
    draft_version: int | None = None,
) -> Case:
    """The customer sees `text`, or the draft where None, from now on.

    Raises:
        InvalidInput: there is nothing to send. DraftChanged: another draft was saved since
        `draft_version`. CaseChanged, StepImpossible: it was changed, or it is over.
    """
    with changing(case, step=Step.ANSWERED, by=by, version=version, among=_OPEN) as change:
        draft = _draft_of(case)
        _check_draft(draft, version=draft_version, case=case, by=by)
        draft.text = clean_text(
            draft.text if text is None else text, field="answer", missing="The answer is empty."
        )
        _send(draft, change=change, by=by)
        change.case.status = CaseStatus.ANSWERED
    return change.case


def set_due(case: Case, *, due_at: datetime, by: Actor, version: int | None = None) -> Case:
    """The case is due then.

    Raises:
        InvalidInput: the time has passed or has no zone. CaseChanged, StepImpossible: as above.
    """
    if due_at.tzinfo is None or due_at <= current_moment():
        raise InvalidInput("The time has passed.", next_step="Choose a time to come.", field="due_at")
    with changing(case, step=Step.DUE_SET, by=by, version=version, among=_OPEN) as change:
        change.case.due_at = due_at
    return change.case


def _draft_of(case: Case) -> CaseAnswer:
    """The draft of the locked case, or a new one that is not saved yet."""
    found = CaseAnswer.objects.filter(case=case, sent_at__isnull=True).first()
    return found or CaseAnswer(case=case, version=0)


def _check_draft(draft: CaseAnswer, *, version: int | None, case: Case, by: Actor) -> None:
    """Refuse to overwrite a colleague's words. One's own may come late: the page saves by itself."""
    is_own = draft.pk is not None and draft.author_id == account_id_of(by)
    if version is not None and version != draft.version and not is_own:
        raise DraftChanged(case.number)


def _send(draft: CaseAnswer, *, change: Change, by: Actor) -> None:
    draft.author_id, draft.saved_at, draft.sent_at = account_id_of(by), change.at, change.at
    draft.version += 1
    draft.save()
    change.case.answered_at = change.at
    change.answer = draft
