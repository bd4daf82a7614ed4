"""What becomes of planned visits when their case is over: nobody comes for what is solved or closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhiyin.respond.ending import EndsWithCase
from zhiyin.respond.models import Visit
from zhiyin.respond.visits.errors import TimeTaken
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.letters import tell_by_mail
from zhiyin.respond.visits.services import check_time_is_free, lock_technician
from zhiyin.respond.visits.words import describe

# A technician who is on the way or there already ends the visit by hand.
_NOT_BEGUN = (VisitState.PLANNED.value, VisitState.MISSED.value)


def _name_owed(cases: Sequence[int]) -> Iterator[str]:
    rows = Visit.objects.filter(case__in=cases, state__in=_NOT_BEGUN).select_related("technician")
    for visit in rows.order_by("slot_start", "pk"):
        yield describe(visit)


def _call_off(cases: Sequence[int], at: datetime) -> Iterator[str]:
    for held in _locked(cases).filter(state__in=_NOT_BEGUN):
        held.state, held.done_at = VisitState.CANCELLED, at
        _keep(held)
        if _end_of(held) > at:
            tell_by_mail(held)
        yield describe(held)


def _restore(cases: Sequence[int], ended_at: datetime, at: datetime) -> Iterator[str]:
    """One whose time somebody else has now stays called off."""
    for held in _locked(cases).filter(state=VisitState.CANCELLED.value, done_at=ended_at):
        if _end_of(held) <= ended_at:
            held.state = VisitState.MISSED
        elif _is_free_still(held):
            held.state = VisitState.PLANNED
        else:
            taken = _("The technician’s time was given away meanwhile: plan the visit anew.")
            yield f"{describe(held)}\n{taken}"
            continue
        held.done_at = None
        _keep(held)
        if held.stands is VisitState.PLANNED:
            tell_by_mail(held)
        yield describe(held)


def _is_free_still(held: Visit) -> bool:
    technician = lock_technician(held.technician)
    try:
        check_time_is_free(technician, start=held.slot_start, end=held.slot_end, but=held)
    except TimeTaken:
        return False
    return True


def _locked(cases: Sequence[int]) -> QuerySet[Visit]:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("case", "technician")
    return rows.filter(case__in=cases).order_by("pk")


def _end_of(held: Visit) -> datetime:
    return held.slot_end + timedelta(minutes=held.delay_minutes)


def _keep(held: Visit) -> None:
    held.version += 1
    held.save()


VISITS = EndsWithCase(name_owed=_name_owed, call_off=_call_off, restore=_restore)
"""Planned visits, as they end with their case."""
