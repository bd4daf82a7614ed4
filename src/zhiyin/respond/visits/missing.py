"""Sees visits whose time is over and where nobody came: a broken promise, and a level up, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.actors import SYSTEM
from zhiyin.respond.callbacks.words import in_company_language
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.errors import NobodyAbove
from zhiyin.respond.flow.merging import holding_with_heir
from zhiyin.respond.models import Step, Visit
from zhiyin.respond.visits.kinds import VisitState
from zhiyin.respond.visits.services import tell
from zhiyin.respond.visits.words import describe

_SECONDS = 60.0
_MOST = 500
_WAITED_FOR = [VisitState.PLANNED.value, VisitState.ON_WAY.value]


def make_visits_chore() -> Chore:
    """What the worker does for visits."""
    return Chore(name="visits", every_seconds=_SECONDS, run=watch_visits)


def watch_visits(should_stop: Callable[[], bool]) -> None:
    """One round."""
    mark_missed(now=timezone.now(), should_stop=should_stop)


def mark_missed(*, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many were found missed; each is told and escalated once. A delay that was told is waited for."""
    waiting = Visit.objects.filter(state__in=_WAITED_FOR, slot_end__lte=now).order_by("slot_end")
    rows = list(waiting.values_list("pk", "slot_end", "delay_minutes")[:_MOST])
    n_missed = 0
    for pk, slot_end, delay_minutes in rows:
        if should_stop():
            break
        if slot_end + timedelta(minutes=delay_minutes) <= now:
            n_missed += _miss(pk, now=now)
    return n_missed


def _miss(pk: int, *, now: datetime) -> bool:
    with holding_with_heir(Visit.objects.values_list("case_id").get(pk=pk)[0]) as (case, heir):
        rows = Visit.objects.select_for_update(of=("self",)).select_related("technician")
        held = rows.filter(pk=pk, state__in=_WAITED_FOR, slot_end__lte=now).first()
        if held is None or held.slot_end + timedelta(minutes=held.delay_minutes) > now:
            return False
        held.case, held.state = case, VisitState.MISSED
        tell(held, step=Step.PROMISE_BROKEN, by=SYSTEM)
        if heir.is_open:
            with in_company_language():
                reason = _("Nobody came to the promised visit. %(visit)s") % {"visit": describe(held)}
            try:
                escalate(heir, reason=reason, by=SYSTEM)
            except NobodyAbove:
                return True
    return True
