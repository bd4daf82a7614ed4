"""Tells the people of a case what a step means for them, in the transaction of the step."""

from __future__ import annotations

from collections.abc import Mapping

from zhiyin.people.actors import Actor
from zhiyin.respond.models import CaseEvent, Step
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.mentions import find_mentioned
from zhiyin.respond.notices.services import notify
from zhiyin.respond.services.changes import Change

_HANDED: Mapping[Step, NoticeKind] = {
    Step.OPENED: NoticeKind.CASE_GIVEN,
    Step.TRANSFERRED: NoticeKind.CASE_GIVEN,
    Step.TRANSFER_UNDONE: NoticeKind.CASE_GIVEN,
    Step.ESCALATED: NoticeKind.ESCALATED,
}
_HEARD: Mapping[Step, NoticeKind] = {
    Step.CUSTOMER_SPOKE: NoticeKind.CUSTOMER_SPOKE,
    Step.REOPENED: NoticeKind.REOPENED,
    Step.URGED: NoticeKind.URGED,
}


def tell_people(change: Change, step: Step, by: Actor) -> None:
    """A hook after telling: the owner, the one before, and who is named in the note."""
    case = change.case
    kind = _HANDED.get(step) or _HEARD.get(step)
    if kind is not None:
        key = f"{case.pk}:{step.value}:{change.at.isoformat()}"
        notify([case.owner], kind=kind, key=key, at=change.at, case=case, by=by)
        if step in _HANDED and step is not Step.OPENED:
            _tell_who_had_it(change, step=step, by=by, key=key)
    if change.note is not None and "@" in change.note.text:
        named = find_mentioned(change.note.text, unit=case.unit)
        key = f"{case.pk}:note:{change.note.pk}"
        notify(named, kind=NoticeKind.MENTIONED, key=key, at=change.at, case=case, by=by)


def _tell_who_had_it(change: Change, *, step: Step, by: Actor, key: str) -> None:
    event = (
        CaseEvent.objects.filter(case=change.case, kind=step.value, at=change.at)
        .select_related("owner_from")
        .first()
    )
    before = event.owner_from if event is not None else None
    if before is not None and before.pk != change.case.owner_id:
        notify([before], kind=NoticeKind.CASE_GONE, key=key, at=change.at, case=change.case, by=by)
