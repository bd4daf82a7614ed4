"""Tells the customers' ledger what was given and taken back, each once, whatever dies in between."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone, translation

from zhiyin.customers.profile.person import Person, get_person
from zhiyin.customers.value.entering import STAFF_SOURCE, Typed, enter_value, take_value_back
from zhiyin.customers.value.storing import entry_ids
from zhiyin.engine import Engine
from zhiyin.errors import Conflict, NotFound, Unavailable
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Compensation
from zhiyin.respond.policies.approving import pass_on_late
from zhiyin.respond.policies.kinds import GrantKind, LedgerState

_SECONDS = 5.0
_MOST = 200
_VALUE_KINDS = {
    GrantKind.MONEY.value: "savings",
    GrantKind.POINTS.value: "points",
    GrantKind.SERVICE.value: "free_service",
    GrantKind.UPGRADE.value: "upgrade",
    GrantKind.FIX.value: "fix",
}
_log = logging.getLogger(__name__)


def make_policies_chore(engine: Engine) -> Chore:
    """What the worker does for policies: tells the ledger, and passes late approvals on."""

    def run(should_stop: Callable[[], bool]) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            pass_on_late(now=timezone.now())
        tell_ledger(engine, should_stop=should_stop)

    return Chore(name="policies", every_seconds=_SECONDS, run=run)


def tell_ledger(engine: Engine, *, should_stop: Callable[[], bool] = lambda: False) -> int:
    """How many compensations the ledger was told of.

    What was taken back before the ledger knew of it is entered first, and then taken back: so two workers
    at a time, or one that dies, never leave an entry that nobody takes back.
    """
    waiting = Compensation.objects.filter(ledger__in=[LedgerState.TO_WRITE, LedgerState.TO_TAKE_BACK])
    n_told = 0
    for one in waiting.select_related("decision__version__policy", "case").order_by("at")[:_MOST]:
        if should_stop():
            break
        try:
            _tell(one, engine=engine)
        except Unavailable:
            _log.warning("The ledger does not answer; it is told later.")
            break
        n_told += 1
    return n_told


def _tell(one: Compensation, *, engine: Engine) -> None:
    now = one.ledger
    try:
        person = get_person(one.customer, scope=EVERYTHING) if one.customer else None
    except NotFound:
        person = None
    then = LedgerState.NOTHING
    if person is not None:
        _enter(one, person=person, engine=engine)
        then = LedgerState.WRITTEN
        if now == LedgerState.TO_TAKE_BACK:
            _take_back(one, person=person, engine=engine)
            then = LedgerState.TAKEN_BACK
    # Taken back in the meantime it stays to be told.
    Compensation.objects.filter(pk=one.pk, ledger=now).update(ledger=then.value)


def _enter(one: Compensation, *, person: Person, engine: Engine) -> None:
    cents = one.amount_cents
    typed = Typed(
        kind=_VALUE_KINDS[one.kind],
        amount=f"{cents // 100}.{cents % 100:02d}" if cents else "",
        points=str(one.points) if one.points else "",
        note=f"{one.decision.version.policy.name} · {one.case.number}",
        unit_id=one.unit_id,
        form_id=str(one.pk),
    )
    enter_value(person, typed, engine=engine, scope=EVERYTHING, by=_actor(one.by_id))


def _take_back(one: Compensation, *, person: Person, engine: Engine) -> None:
    (entry_id,) = entry_ids([(STAFF_SOURCE, str(one.pk))], engine=engine)
    by = _actor(one.undone_by_id)
    try:
        take_value_back(person, entry_id, reason="", engine=engine, scope=EVERYTHING, by=by)
    except Conflict:
        return  # done before, by a worker that died before it could say so


def _actor(account_id: int | None) -> Actor:
    return SYSTEM if account_id is None else Actor(kind="account", id=str(account_id))
