"""Sees promised calls whose time is over: the promise is broken, and the case goes a level up, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import Account
from zhiyin.respond.callbacks.clock import keep_call_clock
from zhiyin.respond.callbacks.ending import call_off
from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.callbacks.words import describe_promise, in_company_language
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.ending import tell_ended
from zhiyin.respond.errors import NobodyAbove
from zhiyin.respond.flow.merging import holding_with_heir
from zhiyin.respond.ladders.queries import has_ladder
from zhiyin.respond.models import CallBack, Case, CaseStatus, Step
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify
from zhiyin.respond.services.changes import changing, write_note

_SECONDS = 30.0
_MOST = 500


def make_call_backs_chore() -> Chore:
    """What the worker does for call-backs."""
    return Chore(name="call-backs", every_seconds=_SECONDS, run=watch_call_backs)


def watch_call_backs(should_stop: Callable[[], bool]) -> None:
    """One round."""
    mark_missed(now=timezone.now(), should_stop=should_stop)


def mark_missed(*, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many promises were found broken; each is told and escalated once, whoever else looks.

    Where somebody called in time and nobody answered, the promise to call was kept: it is marked as
    `unreached` and stays with its owner. What was promised before the case was over is called off.
    """
    waiting = CallBack.objects.filter(state=CallBackState.PLANNED.value, until_at__lte=now)
    n_broken = 0
    for pk in list(waiting.order_by("until_at").values_list("pk", flat=True)[:_MOST]):
        if should_stop():
            break
        n_broken += _end_window(pk, now=now)
    return n_broken


def _end_window(pk: int, *, now: datetime) -> bool:
    # The case first, as every step locks it: its hooks write call-backs.
    with holding_with_heir(CallBack.objects.values_list("case_id").get(pk=pk)[0]) as (case, heir):
        rows = CallBack.objects.select_for_update()
        held = rows.filter(pk=pk, state=CallBackState.PLANNED.value, until_at__lte=now).first()
        if held is None:
            return False
        if heir.closed_at is not None and held.made_at <= heir.closed_at:
            # Promised before it was over: nobody waits for this call. One promised since is still to be made.
            is_solved = heir.stands is CaseStatus.SOLVED
            with in_company_language():
                line = call_off(held, at=now)
            tell_ended(case, line, is_solved=is_solved, by=SYSTEM)
            return False
        was_tried = held.attempts.filter(at__gte=held.promised_at, at__lte=held.until_at).exists()
        held.state = CallBackState.UNREACHED if was_tried else CallBackState.MISSED
        held.missed_at = None if was_tried else now
        held.version += 1
        keep_call_clock(held, at=now)
        if not was_tried:
            _tell_owner(held, now=now)
            held.owner = _break_promise(held, case=case, heir=heir).owner
        held.save()
    return not was_tried


def _tell_owner(held: CallBack, *, now: datetime) -> None:
    """Whoever owed the call knows that it was missed."""
    key = f"call:{held.pk}:{int(held.until_at.timestamp())}"
    owner = Account.objects.get(pk=held.owner_id)
    case = Case.objects.get(pk=held.case_id)
    notify([owner], kind=NoticeKind.CALL_MISSED, key=key, at=now, case=case)


def _break_promise(held: CallBack, *, case: Case, heir: Case) -> Case:
    """The case in which it goes on, as it stands then: with whoever stands above, where it is open and
    somebody does.

    Where there is a ladder for calls, the case climbs by that one alone; that of a case which went into
    another ended with it.
    """
    with in_company_language():
        told = describe_promise(held)
        with changing(case, step=Step.PROMISE_BROKEN, by=SYSTEM, is_addition=True) as change:
            write_note(change, told, by=SYSTEM)
        has_own_ladder = heir.pk == case.pk and has_ladder(ClockKind.CALL_BACK, unit=case.unit)
        if not heir.is_open or has_own_ladder:
            return heir
        reason = _("The promised call was not made. %(promise)s") % {"promise": told}
        try:
            return escalate(heir, reason=reason, by=SYSTEM)
        except NobodyAbove:
            return heir
