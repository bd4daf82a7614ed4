"""The door for records: checked, named, compared with what is there, written once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.appearing import tell_of_records
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import UnitIn
from zhiyin.listen.receipts import Receipt, Status
from zhiyin.listen.records.checking import check_record
from zhiyin.listen.records.items import RecordIn
from zhiyin.listen.records.kinds import SAMPLE_SOURCE, RecordKind
from zhiyin.listen.records.rows import make_record_ids, make_rows
from zhiyin.listen.records.turn import records_turn
from zhiyin.listen.records.units import find_unit_ids

_MOST_NAMED = 1_000
"""More changed rows of a day than this are not named one by one: the day is written anew."""


def take_records(
    records: Sequence[RecordIn | Fault],
    *,
    kind: RecordKind,
    source: str,
    engine: Engine,
    allowed_units: Collection[int] | None = None,
    now: datetime | None = None,
) -> list[Receipt]:
    """A receipt for each, in order; the accepted ones stand in the lake when it returns.

    (source, external id) is one record: sent again it is `unchanged`, changed it takes the place of the
    old one, also within the batch, whose last word counts. A unit that nobody knows, or that is not
    among `allowed_units`, is a fault. An edge that found an item unreadable passes its `Fault`.

    Raises:
        Unavailable: the lake does not answer; the batch may be sent again without harm.
    """
    now = now or datetime.now(UTC)
    checked, ids_of = check_records(records, kind=kind, now=now, allowed_units=allowed_units)
    places = [place for place, one in enumerate(checked) if not isinstance(one, Fault)]
    good = [one for one in checked if not isinstance(one, Fault)]
    receipts: dict[int, Receipt] = {
        place: Receipt(row=place, status="rejected", fault=one)
        for place, one in enumerate(checked)
        if isinstance(one, Fault)
    }
    if good:
        ids = make_record_ids(good, kind=kind, source=source, vault=engine.vault)
        unit_ids = [None if one.unit is None else ids_of[one.unit] for one in good]
        rows = make_rows(
            good,
            ids=ids,
            unit_ids=unit_ids,
            kind=kind,
            source=source,
            now=now,
            vault=engine.vault,
        )
        statuses = store_records(rows, kind=kind, engine=engine)
        tell_of_records(good, kind=kind, source=source, unit_ids=unit_ids, vault=engine.vault)
        for place, record_id in zip(places, ids, strict=True):
            receipts[place] = Receipt(row=place, status=statuses[record_id], id=record_id)
    return [receipts[place] for place in range(len(checked))]


def check_records(
    records: Sequence[RecordIn | Fault],
    *,
    kind: RecordKind,
    now: datetime,
    allowed_units: Collection[int] | None = None,
) -> tuple[list[RecordIn | Fault], dict[UnitIn, int]]:
    """Each record as it would be kept, or its fault, and the ids of their units. Changes nothing."""
    checked = [one if isinstance(one, Fault) else check_record(one, kind=kind, now=now) for one in records]
    ids_of = find_unit_ids(one.unit for one in checked if not isinstance(one, Fault))
    return [_with_unit(one, kind=kind, ids_of=ids_of, allowed=allowed_units) for one in checked], ids_of


def store_records(rows: pa.Table, *, kind: RecordKind, engine: Engine) -> dict[str, Status]:
    """Write what is new or changed; the status of each record by its id."""
    last = {record_id: place for place, record_id in enumerate(rows["record_id"].to_pylist())}
    rows = rows.take([*last.values()])
    with records_turn(engine.home):
        engine.lake.create(kind.table)
        known = _read_known(rows, kind=kind, engine=engine)
        found = [known.get(record_id) for record_id in last]
        hashes = rows["content_hash"].to_pylist()
        is_new = [one is None for one in found]
        is_changed = [one is not None and one[0] != said for one, said in zip(found, hashes, strict=True)]
        _replace(
            rows,
            days=[one[1] if one else None for one in found],
            is_changed=is_changed,
            kind=kind,
            engine=engine,
        )
        fresh = rows.filter(pa.array(is_new))
        if fresh.num_rows:
            engine.lake.append(kind.table.name, fresh)
    return {
        record_id: "accepted" if new or changed else "unchanged"
        for record_id, new, changed in zip(last, is_new, is_changed, strict=True)
    }


def require_source(source: str) -> str:
    """The name of the source system, tidied.

    Raises:
        InvalidInput: it is empty or too long.
    """
    tidied = " ".join(source.split())
    if tidied == SAMPLE_SOURCE:
        raise InvalidInput(
            f"The source “{SAMPLE_SOURCE}” is the sample company's.",
            next_step="Name the source differently.",
            field="source",
        )
    if not tidied or len(tidied) > 200:
        raise InvalidInput(
            "Records need the name of the system they come from.",
            next_step="Give it as source, in at most 200 characters.",
            field="source",
        )
    return tidied


def _with_unit(
    one: RecordIn | Fault,
    *,
    kind: RecordKind,
    ids_of: Mapping[UnitIn, int],
    allowed: Collection[int] | None,
) -> RecordIn | Fault:
    if isinstance(one, Fault):
        return one
    if one.unit is None:
        # Without a unit a record is the whole company's, which only who may see all of it may write.
        is_needed = kind.needs_unit or allowed is not None
        return Fault(field="unit", code="missing") if is_needed else one
    unit_id = ids_of.get(one.unit)
    if unit_id is None or (allowed is not None and unit_id not in allowed):
        return Fault(field="unit", code="unknown_unit", limit=(one.unit.code or one.unit.name or "")[:100])
    return one


def _read_known(rows: pa.Table, *, kind: RecordKind, engine: Engine) -> dict[str, tuple[str, date]]:
    """Content hash and day of the records that the lake holds already."""
    wanted = rows.select(["record_id"])
    with engine.lake.connect(kind.table.name) as connection:
        connection.register("wanted", wanted)
        found = connection.execute(
            f"SELECT record_id, content_hash, day FROM {kind.table.name}"  # noqa: S608 - a table of ours
            " WHERE record_id IN (SELECT record_id FROM wanted)"
        ).fetchall()
    return {record_id: (content_hash, day) for record_id, content_hash, day in found}


def _replace(
    rows: pa.Table,
    *,
    days: Sequence[date | None],
    is_changed: Sequence[bool],
    kind: RecordKind,
    engine: Engine,
) -> None:
    """Put changed rows in the place of the old ones, a day at a time, each in one commit."""
    changed = rows.filter(pa.array(is_changed))
    if not changed.num_rows:
        return
    old_days = pa.array([day for day, is_so in zip(days, is_changed, strict=True) if is_so], pa.date32())
    changed = changed.set_column(changed.schema.get_field_index("day"), "day", old_days)
    for day in sorted(set(old_days.to_pylist())):
        of_day = changed.filter(pc.equal(changed["day"], pa.scalar(day, pa.date32())))
        where = f"day = DATE '{day}'"
        if of_day.num_rows <= _MOST_NAMED:
            named = ", ".join(f"'{record_id}'" for record_id in of_day["record_id"].to_pylist())
            where += f" AND record_id IN ({named})"
        else:
            of_day = pa.concat_tables([of_day, _read_others(of_day, day=day, kind=kind, engine=engine)])
        engine.lake.replace(kind.table.name, of_day, where=where)


def _read_others(changed: pa.Table, *, day: date, kind: RecordKind, engine: Engine) -> pa.Table:
    names = ", ".join(kind.table.schema.names)
    with engine.lake.connect(kind.table.name) as connection:
        connection.register("changed", changed.select(["record_id"]))
        found = connection.execute(
            f"SELECT {names} FROM {kind.table.name}"  # noqa: S608 - names of ours
            " WHERE day = ? AND record_id NOT IN (SELECT record_id FROM changed)",
            [day],
        ).to_arrow_table()
    return found.cast(kind.table.schema)
