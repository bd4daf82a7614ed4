"""Takes the rungs that clocks have come to: people are told, or the case goes up, each rung once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zhiyin.insight.delivery.contract import OutMessage, queue_message
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.measure.worktime import is_open
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.clocks.words import kind_name
from zhiyin.respond.ladders.kinds import Deed, Result, Whom
from zhiyin.respond.ladders.queries import Ladder, list_ladders, reached
from zhiyin.respond.ladders.words import say_done
from zhiyin.respond.models import Case, Clock, LadderRung, RungTaken, Step
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.services import notify
from zhiyin.respond.queries.owners import find_above
from zhiyin.respond.services.changes import changing, write_note

_SECONDS = 30.0
_MOST = 500
_MOST_LEVELS = 20
# A round comes every half minute; what is later than this stood still, or waited for working hours.
_LATE = timedelta(minutes=10)
_TODAY, _NOW = 2, 3


def make_ladders_chore() -> Chore:
    """What the worker does for ladders."""
    return Chore(name="ladders", every_seconds=_SECONDS, run=_run)


def _run(should_stop: Callable[[], bool]) -> None:
    climb(now=timezone.now(), should_stop=should_stop)


def climb(*, now: datetime, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many rungs were taken, the lower ones first; the rest is for the next round.

    A rung that waits for working hours is taken once the unit of the case works. One that is taken so late
    that a higher one has come as well, as after a standstill, is passed over: only the highest tells.
    """
    ladders = list_ladders()
    n_taken = 0
    for ladder in ladders:
        found = [(rung, _list_reached(rung, of=ladder, among=ladders, now=now)) for rung in ladder.rungs]
        for place, (rung, clock_ids) in enumerate(found):
            higher = {pk for one, ids in found[place + 1 :] if one.minutes > rung.minutes for pk in ids}
            for pk in clock_ids:
                if should_stop():
                    return n_taken
                n_taken += _take(rung, clock_id=pk, now=now, has_higher=pk in higher)
    return n_taken


def _list_reached(rung: LadderRung, *, of: Ladder, among: list[Ladder], now: datetime) -> list[int]:
    found = reached(rung, of=of, among=among, now=now)
    if rung.in_hours:
        unit_ids = found.order_by().values_list("case__unit_id", flat=True).distinct()
        found = found.filter(
            case__unit_id__in=[pk for pk in unit_ids if is_open(calendar_for(pk, at=now), now)]
        )
    return list(found.values_list("pk", flat=True)[:_MOST])


def _take(rung: LadderRung, *, clock_id: int, now: datetime, has_higher: bool) -> bool:
    """Taken by this round, unless the clock has stopped or moved, or another was quicker."""
    with transaction.atomic():
        # The case first, as every step locks it; after that nobody moves its clocks.
        case_id = Clock.objects.values_list("case_id", flat=True).get(pk=clock_id)
        case = Case.objects.select_for_update().get(pk=case_id)
        clock = Clock.objects.select_related("rule").get(pk=clock_id)
        if clock.stopped_at is not None or clock.rests_since is not None or not case.is_open:
            return False
        if (now - clock.due_at).total_seconds() < rung.minutes * 60:
            return False
        if RungTaken.objects.filter(clock=clock, rung=rung, due_at=clock.due_at).exists():
            return False
        if _is_passed(rung, clock=clock, now=now, has_higher=has_higher):
            RungTaken.objects.create(
                clock=clock, rung=rung, due_at=clock.due_at, at=now, result=Result.PASSED.value
            )
            return True
        account = find_whom(rung, owner=case.owner, unit=case.unit)
        result = _result(rung, account=account, case=case)
        with translation.override(settings.LANGUAGE_CODE):
            case = _do(rung, clock=clock, case=case, account=account or case.owner, result=result, now=now)
        taken = RungTaken(clock=clock, rung=rung, due_at=clock.due_at, at=now, result=result.value)
        taken.account = account or case.owner
        taken.save()
        if rung.destination is not None:
            _send(rung, clock=clock, case=case, taken=taken)
    return True


def _is_passed(rung: LadderRung, *, clock: Clock, now: datetime, has_higher: bool) -> bool:
    """Whether a higher rung has come for this time already, and this one is no mere moment late."""
    if now - clock.due_at < timedelta(minutes=rung.minutes) + _LATE:
        return False
    taken = RungTaken.objects.filter(clock=clock, due_at=clock.due_at, rung__minutes__gt=rung.minutes)
    return has_higher or taken.exists()


def find_whom(rung: LadderRung, *, owner: Account, unit: OrgUnit) -> Account | None:
    """Whom the rung means for a case of the unit with that owner; None where nobody stands so high."""
    whom = Whom(rung.whom)
    if whom is Whom.OWNER:
        return owner
    levels = {Whom.ABOVE: 1, Whom.HIGHER: 2, Whom.TOP: _MOST_LEVELS}[whom]
    found: Account | None = None
    for _level in range(levels):
        above = find_above(found or owner, unit=unit)
        if above is None:
            break
        found = above
    return found


def _result(rung: LadderRung, *, account: Account | None, case: Case) -> Result:
    if account is None:
        return Result.NOBODY
    is_moved = rung.deed == Deed.HAND_OVER and account.pk != case.owner_id
    return Result.HANDED_OVER if is_moved else Result.TOLD


def _do(
    rung: LadderRung, *, clock: Clock, case: Case, account: Account, result: Result, now: datetime
) -> Case:
    """The step in the story of the case, and the notice to whom it concerns."""
    name, is_late = kind_name(clock.kind, clock.rule.name), clock.due_at <= now
    words = say_done(result, clock=name, due_at=clock.due_at, account=account, is_past=is_late)
    if result is Result.HANDED_OVER:
        with changing(case, step=Step.ESCALATED, by=SYSTEM) as change:
            change.case.owner = account
            change.case.level += 1
            write_note(change, words, by=SYSTEM)
        return change.case
    with changing(case, step=Step.NOTED, by=SYSTEM, is_addition=True) as change:
        write_note(change, words, by=SYSTEM)
    notify(
        [account],
        kind=NoticeKind.CLOCK_LATE if is_late else NoticeKind.CLOCK_SOON,
        key=f"rung:{rung.pk}:{clock.pk}:{int(clock.due_at.timestamp())}",
        at=change.at,
        case=case,
        facts={"clock": clock.kind, "rule": clock.rule.name, "due": clock.due_at.isoformat()},
    )
    return case


def _send(rung: LadderRung, *, clock: Clock, case: Case, taken: RungTaken) -> None:
    """The message to the rung's destination, in the transaction of what it tells."""
    with translation.override(settings.LANGUAGE_CODE):
        name = kind_name(clock.kind, clock.rule.name)
        text = say_done(
            Result(taken.result),
            clock=name,
            due_at=clock.due_at,
            account=taken.account or case.owner,
            is_past=clock.due_at <= taken.at,
        )
        names = {"number": case.number, "clock": name, "unit": case.unit.name}
        title = _("Case %(number)s, %(clock)s (%(unit)s)") % names
    message = OutMessage(
        key=f"rung:{rung.pk}:{clock.pk}:{int(clock.due_at.timestamp())}",
        title=title,
        text=text,
        path=reverse("case", args=[case.number]),
        level=_NOW if case.urgency >= _NOW and taken.result == Result.HANDED_OVER else _TODAY,
    )
    queue_message(message, destination_ids=[rung.destination or 0], now=taken.at)
