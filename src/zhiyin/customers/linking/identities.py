"""Identities of a batch: made where they are new, kept up to date where they are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
import uuid_utils
from django.utils import timezone

from zhiyin.customers.identifiers.sealing import make_tail_keys, open_traits, seal_identifiers, seal_traits
from zhiyin.customers.linking.bulk import (
    Value,
    allocate_ids,
    chunks,
    fetch,
    get_hex,
    insert,
    kept_time,
    marks,
    put,
    put_time,
    run_many,
)
from zhiyin.customers.linking.reading import Named, Reading
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.engine.vault import EMPTY_TOKEN_BYTES, Vault

_TABLE = Identity._meta.db_table
_UNITS = IdentityUnit._meta.db_table
_UPSERT_UNIT = (
    f"INSERT INTO {_UNITS} (identity_id, unit_id, last_seen_at) VALUES (%s, %s, %s)"  # noqa: S608
    " ON CONFLICT (identity_id, unit_id) DO UPDATE SET last_seen_at = excluded.last_seen_at"
    f" WHERE excluded.last_seen_at > {_UNITS}.last_seen_at"
)
_TIMES = ("first_seen_at", "last_seen_at")
_COLUMNS = ("id", "key", "type", "source", "born", "customer", "is_verified", "is_shared", *_TIMES)


Span = tuple[Value, Value, bool]


class Row(msgspec.Struct, gc=False):
    """An identity at hand. `born` and `customer` are 32 signs each, times as the database keeps them.

    `is_new`: this batch makes it. `is_bare`: only its key is known, until a record tells the value.
    """

    id: int
    key: str
    type: str
    within: str
    born: str
    customer: str
    is_verified: bool
    is_shared: bool
    first_seen_at: Value
    last_seen_at: Value
    is_new: bool = False
    is_bare: bool = False


@dataclass(slots=True, kw_only=True)
class Taken:
    """The identities of a batch by key, and the ids of those that only now are verified, or have a value.

    `unwritten` are new ones with what is sealed of each, until `write`: whose they are is known only when
    they are joined, and a row written once costs half of one that is moved.
    """

    rows: dict[str, Row]
    now_verified: list[int] = field(default_factory=list)
    completed: list[int] = field(default_factory=list)
    unwritten: list[tuple[Row, bytes, bytes | None, str | None]] = field(default_factory=list)

    def by_id(self) -> dict[int, Row]:
        """The same by id."""
        return {row.id: row for row in self.rows.values()}

    def write(self) -> None:
        """Puts the new ones into the database, as part of the customers that they have by now."""
        now = put(timezone.now())
        written = [
            (
                *(row.id, row.key, row.type, row.within, row.born, row.customer),
                *(row.is_verified, row.is_shared, row.first_seen_at, row.last_seen_at, now),
                *sealed,
            )
            for row, *sealed in self.unwritten
        ]
        self.unwritten.clear()
        insert(Identity, (*_COLUMNS, "changed_at", "sealed", "traits_sealed", "tail_key"), written)


def take_identities(readings: Sequence[Reading], *, vault: Vault) -> Taken:
    """The identities that the readings name; new ones are for the caller to write.

    An order that nobody's record names stays unknown.
    """
    named = {one.key: one for reading in readings for one in reading.named}
    taken = Taken(rows=_find(named))
    wanted = {one.key for reading in readings if not reading.is_order_alone for one in reading.named}
    fresh = [one for key, one in named.items() if key not in taken.rows and key in wanted]
    times = [put_time(reading.at) for reading in readings]
    spans = _spans(readings, times=times)
    told = _told(readings)
    taken.unwritten = _make(fresh, spans=spans, told=told, vault=vault)
    taken.rows |= {row.key: row for row, *_ in taken.unwritten}
    _touch(taken, told, spans=spans, vault=vault)
    _take_units(readings, rows=taken.rows, times=times)
    return taken


def _find(keys: Iterable[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    columns = ", ".join(kept_time(column) if column in _TIMES else column for column in _COLUMNS)
    columns += f", length(sealed) = {EMPTY_TOKEN_BYTES}"
    for some in chunks(keys):
        for values in fetch(f"SELECT {columns} FROM {_TABLE} WHERE key IN ({marks(len(some))})", some):  # noqa: S608
            row = _row(values)
            rows[row.key] = row
    return rows


def _row(values: tuple[Value, ...]) -> Row:
    id_, key, type_, within, born, customer, is_verified, is_shared, first, last, is_bare = values
    born, customer = get_hex(born), get_hex(customer)
    flags = (bool(is_verified), bool(is_shared))
    return Row(id_, key, type_, within, born, customer, *flags, first, last, is_bare=bool(is_bare))


def _spans(readings: Sequence[Reading], *, times: Sequence[Value]) -> dict[str, Span]:
    """First and last moment of each key in the batch, and whether anything vouches for it."""
    spans: dict[str, Span] = {}
    for reading, at in zip(readings, times, strict=True):
        for one in reading.named:
            known = spans.get(one.key)
            if known is None:
                spans[one.key] = (at, at, one.is_verified)
            else:
                first, last, is_verified = known
                spans[one.key] = (min(first, at), max(last, at), is_verified or one.is_verified)
    return spans


def _make(
    fresh: Sequence[Named], *, spans: dict[str, Span], told: dict[str, dict[str, str]], vault: Vault
) -> list[tuple[Row, bytes, bytes | None, str | None]]:
    ids = allocate_ids(Identity, len(fresh))
    rows = [
        _fresh_row(one, identity_id=identity_id, span=spans[one.key])
        for one, identity_id in zip(fresh, ids, strict=True)
    ]
    sealed = seal_identifiers(
        [one.identifier.shown for one in fresh], keys=[one.key for one in fresh], vault=vault
    )
    tails = make_tail_keys([(one.identifier.type, one.identifier.shown) for one in fresh], vault=vault)
    traits = [
        seal_traits(told[one.key], key=one.key, vault=vault) if one.key in told else None for one in fresh
    ]
    return list(zip(rows, sealed, traits, tails, strict=True))


def _fresh_row(one: Named, *, identity_id: int, span: Span) -> Row:
    born = uuid_utils.uuid7().hex
    first, last, is_verified = span
    type_, within = one.identifier.type, one.identifier.within
    return Row(identity_id, one.key, type_, within, born, born, is_verified, False, first, last, True)


def _told(readings: Sequence[Reading]) -> dict[str, dict[str, str]]:
    """What the records tell of each person, by the key that facts go by; later words win."""
    told: dict[str, dict[str, str]] = {}
    for reading in sorted((one for one in readings if one.traits), key=lambda one: one.at):
        told.setdefault(reading.named[0].key, {}).update(reading.traits)
    return told


def _touch(taken: Taken, told: dict[str, dict[str, str]], *, spans: dict[str, Span], vault: Vault) -> None:
    """Bring known identities up to date: when seen, whether verified, what is told of them."""
    changed = []
    for key, (first, last, is_verified) in spans.items():
        row = taken.rows.get(key)
        if row is None or row.is_new:
            continue
        is_now_verified = is_verified and not row.is_verified
        if is_now_verified:
            taken.now_verified.append(row.id)
        if is_now_verified or first < row.first_seen_at or last > row.last_seen_at:
            row.first_seen_at = min(first, row.first_seen_at)
            row.last_seen_at = max(last, row.last_seen_at)
            row.is_verified = row.is_verified or is_verified
            changed.append((row.first_seen_at, row.last_seen_at, row.is_verified, row.id))
    run_many(
        f"UPDATE {_TABLE} SET first_seen_at = %s, last_seen_at = %s, is_verified = %s WHERE id = %s",  # noqa: S608
        changed,
    )
    known = {key: traits for key, traits in told.items() if (row := taken.rows.get(key)) and not row.is_new}
    _tell(known, vault=vault)


def _tell(told: dict[str, dict[str, str]], *, vault: Vault) -> None:
    changed = []
    for some in chunks(told):
        for identity in Identity.objects.filter(key__in=some):
            known = open_traits(identity, vault=vault)
            now = known | told[identity.key]
            if now != known:
                changed.append((seal_traits(now, key=identity.key, vault=vault), identity.pk))
    run_many(f"UPDATE {_TABLE} SET traits_sealed = %s WHERE id = %s", changed)  # noqa: S608


def _take_units(readings: Sequence[Reading], *, rows: dict[str, Row], times: Sequence[Value]) -> None:
    """Note the units of what was seen, at the identity that the facts go by."""
    last: dict[tuple[int, int], Value] = {}
    for reading, at in zip(readings, times, strict=True):
        row = rows.get(reading.named[0].key)
        if row is not None:
            place = (row.id, reading.unit_id)
            known = last.get(place)
            if known is None or at > known:
                last[place] = at
    run_many(_UPSERT_UNIT, [(*place, at) for place, at in last.items()])
