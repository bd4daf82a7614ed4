"""What staff enter by hand for a customer, and what they take back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import uuid4

from django.utils import timezone

from zhiyin.customers.profile.person import Person
from zhiyin.customers.value.checking import MAX_AMOUNT, check_kind, to_cents
from zhiyin.customers.value.contract import MAX_NOTE, NewEntry
from zhiyin.customers.value.reading import list_lines
from zhiyin.customers.value.storing import entry_ids, store_entries, take_back
from zhiyin.engine import Engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.faults import Fault
from zhiyin.listen.validation import Unacceptable
from zhiyin.people.actors import Actor
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.audit import record_event

STAFF_SOURCE = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What staff typed. The same `form_id` sent twice is entered once."""

    kind: str
    amount: str
    points: str
    note: str
    unit_id: int | None
    form_id: str


def enter_value(person: Person, typed: Typed, *, engine: Engine, scope: Scope, by: Actor) -> None:
    """Enter something that the customer received, now.

    Raises:
        InvalidInput: the kind, a figure or the note cannot be taken; `field` says which.
        NotFound: the unit lies outside the scope.
    """
    if not scope.allows(typed.unit_id):
        raise NotFound("There is no such org unit.")
    try:
        known_kind = check_kind(typed.kind)
    except Unacceptable as refusal:
        raise InvalidInput("There is no such kind.", field="kind") from refusal
    cents, whole = to_cents(_money(typed.amount)), _points(typed.points)
    if known_kind == "savings" and not cents:
        raise InvalidInput("Savings need an amount.", field="amount")
    if known_kind == "points" and not whole:
        raise InvalidInput("Points need a number.", field="points")
    if len(typed.note) > MAX_NOTE:
        raise InvalidInput(f"A note has at most {MAX_NOTE} characters.", field="note")
    entry = NewEntry(
        external_id=typed.form_id or str(uuid4()),
        source=STAFF_SOURCE,
        customer_key=person.keys[0],
        unit_id=typed.unit_id,
        kind=known_kind,
        amount_cents=cents,
        points=whole,
        note=" ".join(typed.note.split()) or None,
        occurred_at=timezone.now(),
    )
    (answer,) = store_entries(
        {0: entry}, source=STAFF_SOURCE, engine=engine, by=actor_name(by), now=timezone.now()
    ).values()
    if isinstance(answer, Fault) and not _stands_there(entry, person=person, engine=engine):
        raise Conflict("The form was sent before with other contents.")
    if answer == "accepted":
        record_event("value.entered", by=by, target=("customer", person.customer), details={"records": 1})


def take_value_back(
    person: Person, entry_id: str, *, reason: str, engine: Engine, scope: Scope, by: Actor
) -> None:
    """Enter a counter-entry: both stay in the ledger.

    Raises:
        NotFound: there is no such entry of the customer within the scope.
        Conflict: it was taken back before.
    """
    lines = list_lines(engine, keys=person.keys, scope=scope)
    line = next(
        (one for one in lines if one.entry_id == entry_id and not (one.corrects or one.is_of_order)), None
    )
    if line is None:
        raise NotFound("There is no such entry.")
    answer = take_back(entry_id, note=reason[:MAX_NOTE], engine=engine, by=actor_name(by))
    if isinstance(answer, Fault):
        raise Conflict("The entry was taken back before.")
    record_event("value.taken_back", by=by, target=("customer", person.customer), details={"records": 1})


def _stands_there(entry: NewEntry, *, person: Person, engine: Engine) -> bool:
    """Whether the same was entered by this very form: then only its time differs."""
    (entry_id,) = entry_ids([(entry.source, entry.external_id)], engine=engine)
    lines = list_lines(engine, keys=person.keys, scope=EVERYTHING, with_orders=False)
    return any(
        line.entry_id == entry_id
        and (line.kind, line.amount_cents, line.points, line.unit_id)
        == (entry.kind, entry.amount_cents, entry.points, entry.unit_id)
        for line in lines
    )


def actor_name(actor: Actor) -> str:
    """Who entered it, as the ledger keeps it: never a name."""
    return f"{actor.kind}:{actor.id}" if actor.id else actor.kind


def _money(text: str) -> Decimal | None:
    cleaned = text.strip().replace(",", "").replace("，", "")
    if not cleaned:
        return None
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        raise InvalidInput("The amount is no number.", field="amount") from None
    if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
        raise InvalidInput("The amount is out of range.", field="amount")
    return amount


def _points(text: str) -> int | None:
    cleaned = text.strip().replace(",", "")
    if not cleaned:
        return None
    if not (cleaned.isascii() and cleaned.isdecimal() and int(cleaned) <= MAX_AMOUNT):
        raise InvalidInput("Points are a whole number.", field="points")
    return int(cleaned)
