"""The customer asks for haste: it is told, counted, and the second time it makes the case more urgent."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.people.actors import Actor
from zhiyin.respond.errors import StepImpossible
from zhiyin.respond.flow.errors import UrgedTooSoon
from zhiyin.respond.flow.holding import OPEN, holding
from zhiyin.respond.flow.merging import find_heir
from zhiyin.respond.models import Case, CaseEvent, Step
from zhiyin.respond.services.changes import (
    CUSTOMER,
    MAX_TEXT,
    changing,
    shorten,
    write_note,
    write_words,
)

ONCE_IN = timedelta(hours=1)
_RAISES_AT = 2
_MOST_URGENT = 3


def urge_case(case: Case, *, by: Actor = CUSTOMER, words: str = "") -> Case:
    """Haste is asked for, by the customer or by staff for them; the customer may once an hour. Where the
    case went into another, that one is urged.

    Raises:
        UrgedTooSoon: the customer did so within the hour. StepImpossible: the case is over.
    """
    clean = shorten(words, limit=MAX_TEXT)
    with holding(find_heir(case)) as (held,):
        if held.stands not in OPEN:
            raise StepImpossible(
                f"Case {case.number} is over.", next_step="Take it up again if it is not solved."
            )
        with changing(held, step=Step.URGED, by=by) as change:
            if by.kind == "visitor":
                _check_pause(held, change_at=change.at)
            change.case.n_urged += 1
            if change.case.n_urged == _RAISES_AT:
                change.case.urgency = min(_MOST_URGENT, change.case.urgency + 1)
            if clean and by.kind == "visitor":
                write_words(change, clean)
            elif clean:
                write_note(change, clean, by=by)
    return change.case


def _check_pause(case: Case, *, change_at: datetime) -> None:
    last = CaseEvent.objects.filter(case=case, kind=Step.URGED, actor_kind="visitor").order_by("-at").first()
    if last is not None and change_at - last.at < ONCE_IN:
        raise UrgedTooSoon(case.number, again_at=last.at + ONCE_IN)
