"""One change of a case: the row locked, its version checked, the step told, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils
from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.errors import CaseChanged, StepImpossible
from zhiyin.respond.hooks import call_after_telling, call_before_saving
from zhiyin.respond.models import (
    Case,
    CaseAnswer,
    CaseEvent,
    CaseMessage,
    CaseNote,
    CaseStatus,
    CustomerWords,
    Step,
)
from zhiyin.respond.moment import current_moment
from zhiyin.respond.sealing import seal

MAX_TEXT = 5_000
# Whoever holds the link of a case, or its number and the end of the phone.
CUSTOMER = Actor(kind="visitor")


@dataclass(slots=True, kw_only=True)
class Change:
    """The locked case, to be changed, and what is written in this step."""

    case: Case
    at: datetime
    note: CaseNote | None = None
    answer: CaseAnswer | None = None
    words: CustomerWords | None = None
    message: CaseMessage | None = None


@contextmanager
def changing(
    case: Case,
    *,
    step: Step,
    by: Actor,
    version: int | None = None,
    among: frozenset[CaseStatus] | None = None,
    is_addition: bool = False,
) -> Iterator[Change]:
    """Hold the case for a change; at the end of the block save it, and tell the step.

    `version` is what the asker saw (that of `case` where None). An addition, such as a note, neither
    needs nor makes a new version: two people may add at once.

    Raises:
        CaseChanged: somebody else changed it since. StepImpossible: it stands in none of `among`.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if not is_addition and locked.version != (case.version if version is None else version):
            raise CaseChanged(case.number)
        if among is not None and locked.stands not in among:
            raise StepImpossible(
                f"Case {case.number} is {locked.status}, so this step cannot be taken.",
                next_step="Look at how it stands now.",
            )
        before = _Before(status=locked.status, owner_id=locked.owner_id)
        change = Change(case=locked, at=current_moment())
        yield change
        if not is_addition:
            call_before_saving(change, step=step, by=by)
            locked.version += 1
            locked.save()
        tell_step(change, step=step, by=by, before=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """How the case stood before the step."""

    status: str
    owner_id: int


def tell_step(change: Change, *, step: Step, by: Actor, before: _Before | None = None) -> None:
    """Write the step as an event, and into the audit trail. `before` is None for the first."""
    case = change.case
    CaseEvent.objects.create(
        id=UUID(bytes=uuid_utils.uuid7().bytes),
        case=case,
        kind=step.value,
        at=change.at,
        actor_kind=by.kind,
        actor_id=account_id_of(by),
        feedback_id=case.feedback_id,
        unit_id=case.unit_id,
        status_from=before.status if before else "",
        status_to=case.status,
        owner_from_id=before.owner_id if before else None,
        owner_to_id=case.owner_id,
        due_at=case.due_at,
        urgency=case.urgency,
        n_transfers=case.n_transfers,
        n_reopened=case.n_reopened,
        note=change.note,
        answer=change.answer,
        words=change.words,
    )
    details = {"status": case.status, "owner": case.owner_id}
    record_event(f"case.{step.value}", by=by, target=("case", case.number), details=details, at=change.at)
    call_after_telling(change, step=step, by=by)


def account_id_of(by: Actor) -> int | None:
    """Id of the account that acts; None for a customer, a key, the installation."""
    return int(by.id) if by.kind == "account" else None


def write_note(change: Change, text: str, *, by: Actor) -> None:
    """Put words between colleagues into this step."""
    change.note = CaseNote.objects.create(
        case=change.case, text=text, author_id=account_id_of(by), at=change.at
    )


def write_words(change: Change, text: str) -> None:
    """Put the customer's own words into this step, encrypted and masked."""
    change.words = CustomerWords.objects.create(
        case=change.case,
        sealed=seal(text, purpose="words", number=change.case.number),
        masked=mask_texts([text])[0],
        at=change.at,
    )


def clean_text(text: str, *, field: str, missing: str) -> str:
    """The text without outer spaces.

    Raises:
        InvalidInput: it is empty (the message is `missing`) or longer than `MAX_TEXT`.
    """
    clean = shorten(text, limit=MAX_TEXT + 1)
    if not clean:
        raise InvalidInput(missing, field=field)
    if len(clean) > MAX_TEXT:
        raise InvalidInput(
            f"The text has more than {MAX_TEXT:,} characters.", next_step="Shorten it.", field=field
        )
    return clean


def shorten(text: str, *, limit: int) -> str:
    """Text that both databases store: no NUL, no lone surrogate, at most `limit` characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()[:limit]
