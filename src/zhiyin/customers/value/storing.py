"""Writes entries and counter-entries into the lake: one writer at a time, each entry once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pyarrow as pa

from zhiyin.customers.value.contract import VALUE_ENTRIES, NewEntry, ValueIn
from zhiyin.engine import Engine
from zhiyin.listen.faults import Fault
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.receipts import Status
from zhiyin.listen.records.turn import records_turn

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


def _table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    schema = VALUE_ENTRIES.schema
    return pa.table(
        [pa.array([row[name] for row in rows], schema.field(name).type) for name in schema.names],
        schema=schema,
    )
