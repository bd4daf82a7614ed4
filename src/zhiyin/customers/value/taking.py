"""The door of the ledger: each entry once, none ever changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pyarrow as pa

from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.value.checking import check_value, to_cents
from zhiyin.customers.value.contract import KINDS, VALUE_ENTRIES, NewEntry, ValueIn
from zhiyin.engine import Engine
from zhiyin.listen.appearing import Appearance
from zhiyin.listen.authors import author_keys
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import AuthorIn, UnitIn
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.receipts import Receipt, Status
from zhiyin.listen.records.turn import records_turn
from zhiyin.listen.records.units import find_unit_ids

_encode = msgspec.json.Encoder(order="deterministic").encode
_TABLE = VALUE_ENTRIES.name


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is read again of an entry that stands there."""

    entry_id: str
    content_hash: str
    source: str
    customer_key: str
    unit_id: int | None
    kind: str
    amount_cents: int | None
    points: int | None
    corrects: str | None
    occurred_at: datetime
    is_taken_back: bool


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


def store_entries(
    entries: Mapping[int, NewEntry | ValueIn],
    *,
    source: str,
    engine: Engine,
    by: str,
    allowed_units: Collection[int] | None = None,
    now: datetime,
) -> dict[int, Status | Fault]:
    """Write what is new, and say of each place what became of it; one writer at a time."""
    rows: list[dict[str, object]] = []
    answers: dict[int, Status | Fault] = {}
    with records_turn(engine.home):
        engine.lake.create(VALUE_ENTRIES)
        known = _read_known(entries, source=source, engine=engine)
        for place, entry in entries.items():
            made = (
                _counter(entry, known=known, source=source, engine=engine, allowed=allowed_units)
                if isinstance(entry, ValueIn)
                else _row(entry, engine=engine)
            )
            if isinstance(made, Fault):
                answers[place] = made
                continue
            before = known.get(str(made["entry_id"]))
            if before is not None:
                is_same = before.content_hash == made["content_hash"]
                answers[place] = (
                    "unchanged" if is_same else Fault(field="external_id", code="already_entered")
                )
                continue
            row = made | {"entered_by": by, "received_at": now, "day": now.date()}
            rows.append(row)
            answers[place] = "accepted"
            _remember(known, row)
        if rows:
            engine.lake.append(_TABLE, _table(rows))
    return answers


def take_back(entry_id: str, *, note: str, engine: Engine, by: str) -> Status | Fault:
    """A counter-entry of the entry with that id, of whatever source; a fault if it was taken back before.

    The caller has looked whether the entry may be seen.
    """
    with records_turn(engine.home):
        engine.lake.create(VALUE_ENTRIES)
        own_id = engine.vault.blind_index(f"counter\0{entry_id}", purpose="value-entry").hex()
        known = _read_ids([entry_id, own_id], engine=engine)
        before = known.get(entry_id)
        if before is None or before.corrects:
            return Fault(field="corrects", code="no_such_entry")
        if before.is_taken_back:
            return Fault(field="corrects", code="already_corrected")
        row = _opposite(before, own_id=own_id, note=note, source=before.source, engine=engine)
        now = datetime.now(UTC)
        row |= {"entered_by": by, "received_at": now, "day": now.date()}
        engine.lake.append(_TABLE, _table([row]))
    return "accepted"


def entry_ids(names: Sequence[tuple[str, str]], *, engine: Engine) -> list[str]:
    """The id of each (source, external id)."""
    said = [f"{source}\0{external_id}" for source, external_id in names]
    return [index.hex() for index in engine.vault.blind_index_many(said, purpose="value-entry")]


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


def _row(entry: NewEntry, *, engine: Engine) -> dict[str, object]:
    (entry_id,) = entry_ids([(entry.source, entry.external_id)], engine=engine)
    (note,) = mask_texts([entry.note]) if entry.note else (None,)
    row: dict[str, object] = {
        "entry_id": entry_id,
        "source": entry.source,
        "customer_key": entry.customer_key,
        "unit_id": entry.unit_id,
        "kind": entry.kind,
        "amount_cents": entry.amount_cents,
        "points": entry.points,
        "note": note,
        "corrects": None,
        "occurred_at": entry.occurred_at,
    }
    return row | {"content_hash": _hash(row, engine=engine)}


def _counter(
    value: ValueIn,
    *,
    known: Mapping[str, _Known],
    source: str,
    engine: Engine,
    allowed: Collection[int] | None,
) -> dict[str, object] | Fault:
    of = value.source or source
    own_id, corrected_id = entry_ids([(of, value.external_id), (of, value.corrects or "")], engine=engine)
    before = known.get(corrected_id)
    is_seen = before is not None and (allowed is None or before.unit_id in allowed)
    if before is None or not is_seen or before.corrects:
        return Fault(field="corrects", code="no_such_entry")
    if before.is_taken_back and own_id not in known:
        return Fault(field="corrects", code="already_corrected")
    return _opposite(before, own_id=own_id, note=value.note, source=of, engine=engine)


def _opposite(
    before: _Known, *, own_id: str, note: str | None, source: str, engine: Engine
) -> dict[str, object]:
    (covered,) = mask_texts([note]) if note else (None,)
    row: dict[str, object] = {
        "entry_id": own_id,
        "source": source,
        "customer_key": before.customer_key,
        "unit_id": before.unit_id,
        "kind": before.kind,
        "amount_cents": None if before.amount_cents is None else -before.amount_cents,
        "points": None if before.points is None else -before.points,
        "note": covered,
        "corrects": before.entry_id,
        "occurred_at": before.occurred_at,
    }
    return row | {"content_hash": _hash(row, engine=engine)}


def _hash(row: Mapping[str, object], *, engine: Engine) -> str:
    told = {name: value for name, value in row.items() if name != "entry_id"}
    return engine.vault.blind_index(_encode(told), purpose="value-content").hex()


def _remember(known: dict[str, _Known], row: Mapping[str, object]) -> None:
    """A batch may hold an entry, the same again, and what takes it back."""
    made = msgspec.convert({**row, "is_taken_back": False}, _Known, strict=False)
    known[made.entry_id] = made
    if made.corrects and made.corrects in known:
        known[made.corrects] = msgspec.structs.replace(known[made.corrects], is_taken_back=True)


def _read_known(
    entries: Mapping[int, NewEntry | ValueIn], *, source: str, engine: Engine
) -> dict[str, _Known]:
    names = [(one.source or source, one.external_id) for one in entries.values()]
    names += [
        (one.source or source, one.corrects)
        for one in entries.values()
        if isinstance(one, ValueIn) and one.corrects
    ]
    return _read_ids(entry_ids(names, engine=engine), engine=engine)


def _read_ids(ids: Sequence[str], *, engine: Engine) -> dict[str, _Known]:
    wanted = pa.table({"entry_id": pa.array(ids, pa.string())})
    columns = ", ".join(name for name in _Known.__struct_fields__ if name != "is_taken_back")
    with engine.lake.connect(_TABLE) as connection:
        connection.register("wanted", wanted)
        rows = connection.execute(
            f"SELECT {columns}, entry_id IN (SELECT corrects FROM {_TABLE} WHERE corrects IS NOT NULL)"  # noqa: S608 - own names
            f" AS is_taken_back FROM {_TABLE} WHERE entry_id IN (SELECT entry_id FROM wanted)"
        ).to_arrow_table()
    return {row["entry_id"]: msgspec.convert(row, _Known) for row in rows.to_pylist()}


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


def _table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    schema = VALUE_ENTRIES.schema
    return pa.table(
        [pa.array([row[name] for row in rows], schema.field(name).type) for name in schema.names],
        schema=schema,
    )
