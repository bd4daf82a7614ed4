"""Escalates a case: whoever stands above its owner looks after it from now on."""

from __future__ import annotations

from zhiyin.people.actors import Actor
from zhiyin.respond.errors import NobodyAbove
from zhiyin.respond.models import Case, CaseStatus, Step
from zhiyin.respond.queries.owners import find_above
from zhiyin.respond.services.changes import changing, clean_text, write_note
from zhiyin.respond.statuses import ENDED

_OPEN = frozenset(CaseStatus) - ENDED


def escalate(case: Case, *, reason: str, by: Actor, version: int | None = None) -> Case:
    """One level up: the nearest manager above the owner, in the end an owner of the installation, has it.

    It does not count as a transfer. The reason is a note for colleagues.

    Raises:
        InvalidInput: no reason. NobodyAbove: there is nobody higher. CaseChanged, StepImpossible: it was
        changed, or is over.
    """
    clean = clean_text(reason, field="escalation", missing="An escalation needs a reason.")
    with changing(case, step=Step.ESCALATED, by=by, version=version, among=_OPEN) as change:
        above = find_above(change.case.owner, unit=change.case.unit)
        if above is None:
            raise NobodyAbove
        change.case.owner = above
        change.case.level += 1
        write_note(change, clean, by=by)
    return change.case
