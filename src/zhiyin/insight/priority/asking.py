"""Asks for an improvement: a signal with what it rests on, until somebody takes it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import msgspec
from django.db import transaction

from zhiyin.errors import Conflict, NotFound
from zhiyin.insight.models import Signal
from zhiyin.insight.models.signals import WANTED
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.services.audit import record_event


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a wish rests on: the problem with its figures as they were, and its rows as a query of voices.

    `query` names the rows in the list of voices; `weight` is people × harm × reach under `assumptions`.
    """

    problem: str
    place: str
    name: str
    query: str
    n_people: float
    harm: float | None
    reach: float
    weight: float | None
    person_days: float | None
    assumptions: str
    account_id: int
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An improvement that was asked for; `is_taken` where somebody has taken it up."""

    account: str
    at: datetime
    is_taken: bool


def list_wishes(place: str) -> Mapping[str, Wish]:
    """What was asked for at the place, by problem."""
    rows = Signal.objects.filter(kind=WANTED, key__startswith=f"{WANTED}:{_digest(place)}:")
    found: dict[str, Wish] = {}
    for row in rows:
        told = msgspec.convert(row.figures, type=Evidence)
        found[told.problem] = Wish(account=told.account, at=row.at, is_taken=bool(row.claimed_by))
    return found


def ask_for_improvement(
    evidence: Evidence, *, unit: OrgUnit | None, aspect: str, account: Account, by: Actor, now: datetime
) -> bool:
    """Ask for it; False where it was asked for already, which changes nothing."""
    with transaction.atomic():
        _, is_new = Signal.objects.get_or_create(
            key=_key(evidence.place, evidence.problem),
            defaults={
                "kind": WANTED,
                "unit": unit,
                "aspect": aspect[:120],
                "level": 1,
                "at": now,
                "figures": msgspec.to_builtins(
                    msgspec.structs.replace(evidence, account_id=account.pk, account=str(account))
                ),
            },
        )
        if is_new:
            record_event("problem.improvement_asked", by=by, target=("problem", evidence.problem))
    return is_new


def take_back_wish(problem: str, *, place: str, by: Actor) -> None:
    """Ask no more.

    Raises:
        NotFound: nobody asked. Conflict: somebody has taken it up.
    """
    with transaction.atomic():
        row = Signal.objects.select_for_update().filter(key=_key(place, problem)).first()
        if row is None:
            raise NotFound("Nobody asked for this improvement.")
        if row.claimed_by:
            raise Conflict("Somebody works on this improvement already.")
        row.delete()
        record_event("problem.improvement_taken_back", by=by, target=("problem", problem))


def _key(place: str, problem: str) -> str:
    return f"{WANTED}:{_digest(place)}:{_digest(problem)}"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
