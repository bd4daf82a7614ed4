"""What becomes of promised calls when their case is over: nobody calls about what is solved or closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from zhiyin.respond.callbacks.clock import keep_call_clock
from zhiyin.respond.callbacks.kinds import STILL_OWED, CallBackState
from zhiyin.respond.callbacks.words import describe_promise
from zhiyin.respond.ending import EndsWithCase
from zhiyin.respond.models import CallBack


def call_off(held: CallBack, *, at: datetime) -> str:
    """Nobody has to call any more; the row is locked. How it stands, in the language in force."""
    held.state, held.ended_at = CallBackState.CANCELLED, at
    _keep(held, at=at)
    return describe_promise(held)


def _name_owed(cases: Sequence[int]) -> Iterator[str]:
    for held in _owed(CallBack.objects.all(), cases=cases):
        yield describe_promise(held)


def _call_off_all(cases: Sequence[int], at: datetime) -> Iterator[str]:
    for held in _owed(CallBack.objects.select_for_update(), cases=cases):
        yield call_off(held, at=at)


def _restore(cases: Sequence[int], ended_at: datetime, at: datetime) -> Iterator[str]:
    """As they were; past its time, a call is overdue."""
    rows = CallBack.objects.select_for_update().filter(case__in=cases)
    for held in rows.filter(state=CallBackState.CANCELLED.value, ended_at=ended_at).order_by("pk"):
        held.state = CallBackState.MISSED if held.missed_at else CallBackState.PLANNED
        held.ended_at = None
        _keep(held, at=at)
        yield describe_promise(held)


def _owed(rows: QuerySet[CallBack], *, cases: Sequence[int]) -> QuerySet[CallBack]:
    return rows.filter(case__in=cases, state__in=[state.value for state in STILL_OWED]).order_by("pk")


def _keep(held: CallBack, *, at: datetime) -> None:
    held.version += 1
    held.save()
    keep_call_clock(held, at=at)


CALLS = EndsWithCase(name_owed=_name_owed, call_off=_call_off_all, restore=_restore)
"""Promised calls, as they end with their case."""
