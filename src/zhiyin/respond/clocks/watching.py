"""Sees clocks that are running out or have run out, marks each once, and has people told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.recounting import recount_after_changes
from zhiyin.respond.clocks.words import kind_name
from zhiyin.respond.models import Clock
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify

_SECONDS = 30.0
_MOST = 500
_NOTICE, _TODAY = 1, 2


def make_clocks_chore() -> Chore:
    """What the worker does for clocks: recounts after a changed calendar, warns, tells what is late."""
    return Chore(name="clocks", every_seconds=_SECONDS, run=watch_clocks)


def watch_clocks(should_stop: Callable[[], bool]) -> None:
    """One round. Each clock is marked once, also where several processes look at a time."""
    recount_after_changes(should_stop)
    now = timezone.now()
    mark_late(now=now)
    warn_early(now=now)


def warn_early(*, now: datetime) -> int:
    """How many clocks were found to be running out before they are late; whoever is named is told."""
    waiting = _running().filter(warned_at=None, breached_at=None, warn_at__lte=now, due_at__gt=now)
    return sum(_mark(clock, column="warned_at", now=now) for clock in waiting.order_by("due_at")[:_MOST])


def mark_late(*, now: datetime) -> int:
    """How many clocks were found to be late; whoever is named is told."""
    waiting = _running().filter(breached_at=None, due_at__lte=now)
    return sum(_mark(clock, column="breached_at", now=now) for clock in waiting.order_by("due_at")[:_MOST])


def _running() -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at=None, rests_since=None).select_related(
        "rule", "case__unit", "case__owner"
    )


def _mark(clock: Clock, *, column: str, now: datetime) -> bool:
    """Mark it, and queue the message in the same transaction; False where another was quicker."""
    with transaction.atomic():
        # As it was read: a step may have stopped or moved it since.
        same = Clock.objects.filter(pk=clock.pk, stopped_at=None, rests_since=None, due_at=clock.due_at)
        if not same.filter(**{column: None}).update(**{column: now}):
            return False
        is_late = column == "breached_at"
        _tell_owner(clock, is_late=is_late, now=now)
        if clock.rule.destination is not None:
            _tell(clock, is_late=is_late, now=now)
    return True


def _tell_owner(clock: Clock, *, is_late: bool, now: datetime) -> None:
    """Once for each time of the clock. Of a call that was missed the call-back itself tells."""
    if is_late and clock.kind == ClockKind.CALL_BACK:
        return
    notify(
        [clock.case.owner],
        kind=NoticeKind.CLOCK_LATE if is_late else NoticeKind.CLOCK_SOON,
        key=f"clock:{clock.pk}:{'late' if is_late else 'soon'}:{int(clock.due_at.timestamp())}",
        at=now,
        case=clock.case,
        facts={"clock": clock.kind, "rule": clock.rule.name, "due": clock.due_at.isoformat()},
    )


def _tell(clock: Clock, *, is_late: bool, now: datetime) -> None:
    case = clock.case
    with translation.override(settings.LANGUAGE_CODE):
        names = {
            "number": case.number,
            "clock": kind_name(clock.kind, clock.rule.name),
            "unit": case.unit.name,
            "due": timezone.localtime(clock.due_at).strftime("%m-%d %H:%M"),
        }
        title = _("Case %(number)s is late: %(clock)s")
        if not is_late:
            title = _("Case %(number)s is nearly due: %(clock)s")
        text = _("%(unit)s: %(clock)s of case %(number)s, due %(due)s.") % names
    message = OutMessage(
        # A clock whose time moved may be late again; the time makes it another message.
        key=f"clock:{clock.pk}:{'late' if is_late else 'soon'}:{int(clock.due_at.timestamp())}",
        title=title % names,
        text=text,
        path=reverse("case", args=[case.number]),
        level=_TODAY if is_late else _NOTICE,
    )
    queue_message(message, destination_ids=[clock.rule.destination or 0], now=now)
