"""Erases people for good: written into the ledger first, carried out by the background, proven after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from zhiyin.customers.models import ErasureDone, Identity, RightsRequest
from zhiyin.customers.rights.holders import Person, list_holders
from zhiyin.customers.rights.holds import find_hold
from zhiyin.customers.rights.persons import keys_of_customer
from zhiyin.engine import Engine
from zhiyin.engine.erasures import Erasure, append_erasure, read_erasures
from zhiyin.errors import Conflict, NotFound
from zhiyin.listen.pipeline.erasure import erase_person, find_voices_of
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.services.audit import record_event

_SECONDS = 5.0
OpenPipeline = Callable[[], Pipeline]


class HeldBack(Conflict):
    """A legal hold keeps the data; its reason is told."""


def order_erasure(customer: UUID, *, by: Actor, why: str, keys: Sequence[str] = ()) -> UUID:
    """Put the customer into the ledger; the background erases. Returns the entry's id.

    `keys` are the identities' that are meant, where they are not all that the customer has now; then what
    is written down of the customer as a whole stays with the others.

    Raises:
        NotFound: nobody knows the customer. HeldBack: a legal hold. Unavailable: the ledger cannot be
        written.
    """
    every = keys_of_customer(customer)
    of_customer = [*keys] or every
    if not of_customer:
        raise NotFound("There is no such customer.")
    hold = find_hold(of_customer)
    if hold is not None:
        raise HeldBack(
            f"The data must be kept for now: {hold.reason}", next_step="Lift the legal hold first."
        )
    erasure = Erasure(
        entry=uuid4(),
        at=timezone.now(),
        keys=tuple(of_customer),
        customer=customer if {*every} <= {*of_customer} else None,
        why=why[:40],
    )
    append_erasure(settings.HOME, erasure)
    record_event("customer.erasure_ordered", by=by, target=("customer", customer), details={"why": why[:40]})
    return erasure.entry


def order_voices_erasure(feedback_ids: Iterable[str], *, why: str) -> UUID:
    """Put voices alone into the ledger, as retention does."""
    ids = tuple(sorted(set(feedback_ids)))
    erasure = Erasure(entry=uuid4(), at=timezone.now(), feedback_ids=ids, why=why[:40])
    append_erasure(settings.HOME, erasure)
    return erasure.entry


def list_waiting(engine: Engine) -> list[Erasure]:
    """Entries of the ledger that this database has not carried out: new ones, or from before a restore."""
    every = read_erasures(engine.home)
    done = set(ErasureDone.objects.values_list("entry", flat=True)) if every else set()
    return [one for one in every if one.entry not in done]


def carry_out(engine: Engine, open_pipeline: OpenPipeline, *, should_stop: Callable[[], bool]) -> int:
    """Carry out what waits; returns how many. Cut off, it begins the same entry again."""
    waiting = list_waiting(engine)
    if not waiting:
        return 0
    n_done = 0
    with _closing(open_pipeline()) as pipeline:
        for erasure in waiting:
            if should_stop():
                break
            _carry_out_one(engine, pipeline, erasure)
            n_done += 1
    return n_done


def make_erasure_chore(engine: Engine, *, open_pipeline: OpenPipeline) -> Chore:
    """Erasing as the worker does it."""

    def run(should_stop: Callable[[], bool]) -> object:
        return carry_out(engine, open_pipeline, should_stop=should_stop)

    return Chore(name="erasures", every_seconds=_SECONDS, run=run)


def person_of(
    engine: Engine, *, keys: Sequence[str], feedback_ids: Sequence[str] = (), ordered: UUID | None = None
) -> Person:
    """The person behind keys, with the voices that name them now.

    A customer who has other keys too is not theirs as a whole, unless its erasure was `ordered`.
    """
    found = {*feedback_ids}
    if "feedback" in engine.lake.tables():
        for key in keys:
            found.update(find_voices_of(engine, author_key=key))
    customers = _customers_of(keys, ordered=ordered)
    return Person(keys=tuple(keys), feedback_ids=tuple(sorted(found)), customers=customers)


def _customers_of(keys: Sequence[str], *, ordered: UUID | None) -> tuple[UUID, ...]:
    rows = list(Identity.objects.filter(key__in=keys).values_list("born", "customer"))
    of_keys = {customer for _born, customer in rows}
    others = Identity.objects.filter(customer__in=of_keys).exclude(key__in=keys)
    shared = set(others.values_list("customer", flat=True))
    found: dict[UUID, None] = {}
    for born, customer in rows:
        if customer not in shared:
            found |= {born: None, customer: None}
        elif ordered is not None:
            found[born] = None
    if ordered is not None:
        found[ordered] = None
    return tuple(found)


def _carry_out_one(engine: Engine, pipeline: Pipeline, erasure: Erasure) -> None:
    pipeline.drain()  # voices on their way are found then
    person = person_of(engine, keys=erasure.keys, feedback_ids=erasure.feedback_ids, ordered=erasure.customer)
    erased = {holder.name: holder.erase(person) for holder in list_holders(is_late=False)}
    # Only now do the voices go by which the person's traces were found, should all this be cut off.
    erased["voices"] = erase_person(
        engine, pipeline, author_keys=person.keys, feedback_ids=person.feedback_ids
    )
    erased |= {holder.name: holder.erase(person) for holder in list_holders(is_late=True)}
    _note(erasure, erased=erased, now=timezone.now())


def _note(erasure: Erasure, *, erased: dict[str, int], now: datetime) -> None:
    with transaction.atomic():
        _row, is_new = ErasureDone.objects.get_or_create(
            entry=erasure.entry, defaults={"at": now, "n_voices": erased["voices"], "proof": erased}
        )
        if not is_new:
            return
        # Requests are told whose erasure they were by the entry alone: the person's keys are gone.
        for request in RightsRequest.objects.filter(proof__entry=str(erasure.entry)):
            request.proof = {**request.proof, "erased": erased, "erased_at": now.isoformat()}
            request.save(update_fields=["proof"])
        record_event(
            "customer.erased",
            by=SYSTEM,
            target=("erasure", erasure.entry),
            details={"why": erasure.why, "n_voices": erased["voices"]},
        )


def _closing(pipeline: Pipeline) -> AbstractContextManager[Pipeline]:
    return closing(pipeline)
