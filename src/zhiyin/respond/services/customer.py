"""What the customer says to a case: it is solved, or it is not."""

from __future__ import annotations

from typing import NoReturn

from zhiyin.people.actors import Actor
from zhiyin.respond.due import default_due
from zhiyin.respond.errors import NobodyToOwn
from zhiyin.respond.models import Case, CaseStatus, Step
from zhiyin.respond.owning.choosing import choose_owner
from zhiyin.respond.queries.owners import may_own
from zhiyin.respond.services.changes import CUSTOMER, MAX_TEXT, changing, shorten, write_words

_ANSWERED = frozenset({CaseStatus.ANSWERED, CaseStatus.CLOSED})
_REOPENABLE = frozenset({CaseStatus.ANSWERED, CaseStatus.SOLVED, CaseStatus.CLOSED})


def confirm_solved(case: Case, *, by: Actor = CUSTOMER) -> Case:
    """The customer says that it is solved. Raises `CaseChanged`, `StepImpossible` before an answer."""
    with changing(case, step=Step.SOLVED, by=by, among=_ANSWERED) as change:
        change.case.status, change.case.closed_at = CaseStatus.SOLVED, change.at
    return change.case


def reopen_case(case: Case, *, words: str = "", by: Actor = CUSTOMER) -> Case:
    """It is not solved: the same owner takes it up again, as long as they may. `words`: the customer's.

    Raises:
        CaseChanged, StepImpossible: it was changed meanwhile, or it is open and not answered yet.
        NobodyToOwn: the owner has left and nobody else is there.
    """
    clean = shorten(words, limit=MAX_TEXT)
    with changing(case, step=Step.REOPENED, by=by, among=_REOPENABLE) as change:
        reopened = change.case
        if not may_own(reopened.owner, unit=reopened.unit):
            choice = choose_owner(
                reopened.unit, now=change.at, skill=reopened.skill, language=reopened.language
            )
            reopened.owner = choice.account if choice else _nobody()
        reopened.status, reopened.closed_at = CaseStatus.REOPENED, None
        reopened.n_reopened += 1
        reopened.due_at = default_due(
            urgency=reopened.urgency, now=change.at, zone_name=reopened.unit.time_zone
        )
        if clean:
            write_words(change, clean)
    return reopened


def _nobody() -> NoReturn:
    raise NobodyToOwn
