"""The clock of a promised call: it runs to the end of the promised time, and stops when somebody calls."""

from __future__ import annotations

from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit
from zhiyin.respond.models import CallBack, Clock, ClockRule

_RULE_KEY = uuid5(NAMESPACE_URL, "zhiyin:clock:call_back")
# What somebody has to do still; the rest has ended.
_OWED = frozenset({CallBackState.PLANNED, CallBackState.MISSED})
_WARN_SHARE = 0.8


def keep_call_clock(call_back: CallBack, *, at: datetime) -> None:
    """The clock as the call-back stands now, in the transaction of its change; the case is locked.

    Promised for another time in time, it runs to that one; once late, that stays and another begins. What
    is cancelled in time was never owed: figures do not count it as kept.
    """
    running = Clock.objects.filter(
        case_id=call_back.case_id, kind=ClockKind.CALL_BACK.value, code=str(call_back.pk), stopped_at=None
    )
    clock = running.first()
    is_late = clock is not None and (clock.breached_at is not None or clock.due_at < at)
    if clock is not None and call_back.stands not in _OWED:
        if call_back.stands is CallBackState.CANCELLED and not is_late:
            clock.delete()
        else:
            _stop(clock, at=at, was_kept=call_back.stands is CallBackState.UNREACHED)
        return
    if call_back.stands not in _OWED:
        return
    if clock is not None and clock.due_at != call_back.until_at and is_late and call_back.until_at > at:
        _stop(clock, at=at, was_kept=False)
        clock = None
    clock = clock or Clock(
        case_id=call_back.case_id,
        rule=find_call_rule(),
        kind=ClockKind.CALL_BACK.value,
        code=str(call_back.pk),
        started_at=min(at, call_back.promised_at),
    )
    _aim(clock, call_back=call_back)
    clock.breached_at = clock.breached_at or call_back.missed_at
    clock.save()


def find_call_rule() -> ClockRule:
    """The rule of all such clocks: the time is whatever was promised."""
    rule, _is_new = ClockRule.objects.get_or_create(
        key=_RULE_KEY,
        version=1,
        defaults={
            "name": "call_back",
            "kind": ClockKind.CALL_BACK.value,
            "from_day": date(2000, 1, 1),
            "amount": 1,
            "counted_in": TimeUnit.MINUTES.value,
            "is_automatic": False,
            "does_rest": False,
            "warn_percent": int(_WARN_SHARE * 100),
            "made_at": timezone.now(),
        },
    )
    return rule


def _aim(clock: Clock, *, call_back: CallBack) -> None:
    """It is due when the promised time ends, and warns before: never while nobody may call yet."""
    if clock.due_at != call_back.until_at:
        clock.due_at, clock.warned_at = call_back.until_at, None
    warn_at = clock.started_at + (clock.due_at - clock.started_at) * _WARN_SHARE
    clock.warn_at = min(max(warn_at, call_back.promised_at), clock.due_at)


def _stop(clock: Clock, *, at: datetime, was_kept: bool) -> None:
    clock.stopped_at = at
    clock.counted_minutes = (at - clock.started_at).total_seconds() / 60
    if clock.breached_at is None and clock.due_at < at and not was_kept:
        clock.breached_at = clock.due_at
    clock.save(update_fields=["stopped_at", "counted_minutes", "breached_at"])
