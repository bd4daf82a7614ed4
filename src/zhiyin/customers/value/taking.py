"""The door of the ledger: each entry once, none ever changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.value.checking import check_value, to_cents
from zhiyin.customers.value.contract import KINDS, NewEntry, ValueIn
from zhiyin.customers.value.storing import entry_ids, store_entries
from zhiyin.engine import Engine
from zhiyin.listen.appearing import Appearance
from zhiyin.listen.authors import author_keys
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import AuthorIn, UnitIn
from zhiyin.listen.receipts import Receipt, Status
from zhiyin.listen.records.units import find_unit_ids


def take_values(
    values: Sequence[ValueIn | Fault],
    *,
    source: str,
    engine: Engine,
    by: str,
    allowed_units: Collection[int] | None = None,
    now: datetime | None = None,
) -> list[Receipt]:
    """A receipt for each, in order; the accepted ones stand in the lake when it returns.

    (source, external id) is one entry: sent again with the same contents it is `unchanged`, with others
    it is a fault, for nothing in the ledger changes. A counter-entry takes back an entry of the same
    source once. A unit that nobody knows, or that is not among `allowed_units`, is a fault.

    Raises:
        Unavailable: the lake does not answer; the batch may be sent again without harm.
    """
    now = now or datetime.now(UTC)
    checked = [one if isinstance(one, Fault) else check_value(one, now=now) for one in values]
    ids_of = find_unit_ids(one.unit for one in checked if not isinstance(one, Fault))
    faults: dict[int, Fault] = {}
    entries: dict[int, NewEntry | ValueIn] = {}
    authors = _author_keys(checked, source=source, engine=engine)
    for place, one in enumerate(checked):
        if isinstance(one, Fault):
            faults[place] = one
        elif one.corrects:
            entries[place] = one
        elif isinstance(made := _entry(one, key=authors[place], source=source, ids_of=ids_of,
                                       allowed=allowed_units), Fault):  # fmt: skip
            faults[place] = made
        else:
            entries[place] = made
    found = store_entries(entries, source=source, engine=engine, by=by, allowed_units=allowed_units, now=now)
    _tell(checked, entries, source=source, ids_of=ids_of, engine=engine)
    faults |= {place: one for place, one in found.items() if isinstance(one, Fault)}
    return [
        Receipt(row=place, status="rejected", fault=faults[place])
        if place in faults
        else Receipt(row=place, id=_id_of(entries[place], source, engine), status=_status(found[place]))
        for place in range(len(checked))
    ]


def _entry(
    value: ValueIn,
    *,
    key: str | None,
    source: str,
    ids_of: Mapping[UnitIn, int],
    allowed: Collection[int] | None,
) -> NewEntry | Fault:
    if key is None:
        return Fault(field="customer", code="names_nobody")
    unit_id = None if value.unit is None else ids_of.get(value.unit)
    if value.unit is not None and (unit_id is None or (allowed is not None and unit_id not in allowed)):
        return Fault(
            field="unit", code="unknown_unit", limit=(value.unit.code or value.unit.name or "")[:100]
        )
    if value.unit is None and allowed is not None:
        # Without a unit it is the whole company's, which only who may see all of it may write.
        return Fault(field="unit", code="missing")
    assert value.occurred_at is not None
    return NewEntry(
        external_id=value.external_id,
        source=value.source or source,
        customer_key=key,
        unit_id=unit_id,
        kind=next(kind for kind in KINDS if kind == value.kind),
        amount_cents=to_cents(value.amount),
        points=value.points,
        note=value.note,
        occurred_at=value.occurred_at,
    )


def _author_keys(checked: Sequence[ValueIn | Fault], *, source: str, engine: Engine) -> list[str | None]:
    authors: list[AuthorIn | None] = [
        None if isinstance(one, Fault) or one.corrects else one.customer for one in checked
    ]
    sources = [source if isinstance(one, Fault) else one.source or source for one in checked]
    return author_keys(authors, sources=sources, order_ids=[None] * len(authors), vault=engine.vault)


def _tell(
    checked: Sequence[ValueIn | Fault],
    entries: Mapping[int, NewEntry | ValueIn],
    *,
    source: str,
    ids_of: Mapping[UnitIn, int],
    engine: Engine,
) -> None:
    """Whoever received something is a customer, whom others may know by another identifier."""
    found = [
        Appearance(
            identities=one.customer.identities,
            source=one.source or source,
            at=one.occurred_at,
            name=one.customer.name,
            unit_id=None if one.unit is None else ids_of.get(one.unit),
        )
        for place, one in enumerate(checked)
        if place in entries and not isinstance(one, Fault) and one.customer and one.occurred_at
    ]
    if found:
        take_appearances(found, vault=engine.vault)


def _id_of(entry: NewEntry | ValueIn, source: str, engine: Engine) -> str:
    return entry_ids([(entry.source or source, entry.external_id)], engine=engine)[0]


def _status(answer: Status | Fault) -> Status:
    assert not isinstance(answer, Fault)
    return answer
