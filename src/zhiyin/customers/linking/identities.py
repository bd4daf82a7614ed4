"""Identities of a batch: made where they are new, kept up to date where they are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils
from django.utils import timezone

from zhiyin.customers.identifiers.sealing import make_tail_key, open_traits, seal_identifier, seal_traits
from zhiyin.customers.linking.bulk import (
    allocate_ids,
    chunks,
    fetch,
    get_time,
    get_uuid,
    insert,
    marks,
    put,
    run_many,
)
from zhiyin.customers.linking.reading import Named, Reading
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.engine.vault import Vault

_TABLE = Identity._meta.db_table
_UNITS = IdentityUnit._meta.db_table
_UPSERT_UNIT = (
    f"INSERT INTO {_UNITS} (identity_id, unit_id, last_seen_at) VALUES (%s, %s, %s)"  # noqa: S608
    " ON CONFLICT (identity_id, unit_id) DO UPDATE SET last_seen_at = excluded.last_seen_at"
    f" WHERE excluded.last_seen_at > {_UNITS}.last_seen_at"
)
_COLUMNS = (
    *("id", "key", "type", "source", "born", "customer"),
    *("is_verified", "is_shared", "first_seen_at", "last_seen_at"),
)


@dataclass(slots=True)
class Row:
    """An identity at hand. `was` is the customer before this batch, None for one that the batch made."""

    id: int
    key: str
    type: str
    within: str
    born: UUID
    customer: UUID
    is_verified: bool
    is_shared: bool
    first_seen_at: datetime
    last_seen_at: datetime
    was: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Taken:
    """The identities of a batch by key, and the ids of those that only now are verified."""

    rows: dict[str, Row]
    now_verified: list[int] = field(default_factory=list)

    def by_id(self) -> dict[int, Row]:
        """The same by id."""
        return {row.id: row for row in self.rows.values()}


def take_identities(readings: Sequence[Reading], *, vault: Vault) -> Taken:
    """The identities that the readings name. An order that nobody's record names stays unknown."""
    named = {one.key: one for reading in readings for one in reading.named}
    taken = Taken(rows=_find(named))
    wanted = {one.key for reading in readings if not reading.is_order_alone for one in reading.named}
    fresh = [one for key, one in named.items() if key not in taken.rows and key in wanted]
    spans = _spans(readings)
    taken.rows |= _make(fresh, spans=spans, readings=readings, vault=vault)
    _touch(taken, readings, spans=spans, made={one.key for one in fresh}, vault=vault)
    _take_units(readings, rows=taken.rows)
    return taken


def _find(keys: Iterable[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    columns = ", ".join(_COLUMNS)
    for some in chunks(keys):
        for values in fetch(f"SELECT {columns} FROM {_TABLE} WHERE key IN ({marks(len(some))})", some):  # noqa: S608
            row = _row(values)
            rows[row.key] = row
    return rows


def _row(values: tuple[Any, ...]) -> Row:
    customer = get_uuid(values[5])
    return Row(
        id=values[0],
        key=values[1],
        type=values[2],
        within=values[3],
        born=get_uuid(values[4]),
        customer=customer,
        is_verified=bool(values[6]),
        is_shared=bool(values[7]),
        first_seen_at=get_time(values[8]),
        last_seen_at=get_time(values[9]),
        was=customer,
    )


def _spans(readings: Sequence[Reading]) -> dict[str, tuple[datetime, datetime, bool]]:
    """First and last moment of each key in the batch, and whether anything vouches for it."""
    spans: dict[str, tuple[datetime, datetime, bool]] = {}
    for reading in readings:
        for one in reading.named:
            first, last, is_verified = spans.get(one.key, (reading.at, reading.at, False))
            spans[one.key] = (
                min(first, reading.at),
                max(last, reading.at),
                is_verified or one.is_verified,
            )
    return spans


def _make(
    fresh: Sequence[Named],
    *,
    spans: dict[str, tuple[datetime, datetime, bool]],
    readings: Sequence[Reading],
    vault: Vault,
) -> dict[str, Row]:
    if not fresh:
        return {}
    told = _told(readings)
    ids = allocate_ids(Identity, len(fresh))
    rows: dict[str, Row] = {}
    written = []
    now = put(timezone.now())
    for one, identity_id in zip(fresh, ids, strict=True):
        row = rows[one.key] = _fresh_row(one, identity_id=identity_id, span=spans[one.key])
        born, first, last = put(row.born), put(row.first_seen_at), put(row.last_seen_at)
        traits = told.get(one.key)
        shown = one.identifier.shown
        written.append(
            (
                *(row.id, row.key, row.type, row.within, born, born),
                *(row.is_verified, False, first, last, now),
                seal_identifier(shown, key=one.key, vault=vault),
                seal_traits(traits, key=one.key, vault=vault) if traits else None,
                make_tail_key(row.type, shown, vault=vault),
            )
        )
    insert(Identity, (*_COLUMNS, "changed_at", "sealed", "traits_sealed", "tail_key"), written)
    return rows


def _fresh_row(one: Named, *, identity_id: int, span: tuple[datetime, datetime, bool]) -> Row:
    born = UUID(bytes=uuid_utils.uuid7().bytes)
    first, last, is_verified = span
    return Row(
        id=identity_id,
        key=one.key,
        type=one.identifier.type,
        within=one.identifier.within,
        born=born,
        customer=born,
        is_verified=is_verified,
        is_shared=False,
        first_seen_at=first,
        last_seen_at=last,
    )


def _told(readings: Sequence[Reading]) -> dict[str, dict[str, str]]:
    """What the records tell of each person, by the key that facts go by; later words win."""
    told: dict[str, dict[str, str]] = {}
    for reading in sorted(readings, key=lambda reading: reading.at):
        if reading.traits:
            told.setdefault(reading.named[0].key, {}).update(reading.traits)
    return told


def _touch(
    taken: Taken,
    readings: Sequence[Reading],
    *,
    spans: dict[str, tuple[datetime, datetime, bool]],
    made: set[str],
    vault: Vault,
) -> None:
    """Bring known identities up to date: when seen, whether verified, what is told of them."""
    changed = []
    for key, (first, last, is_verified) in spans.items():
        row = taken.rows.get(key)
        if row is None or key in made:
            continue
        is_now_verified = is_verified and not row.is_verified
        if is_now_verified:
            taken.now_verified.append(row.id)
        if is_now_verified or first < row.first_seen_at or last > row.last_seen_at:
            row.first_seen_at = min(first, row.first_seen_at)
            row.last_seen_at = max(last, row.last_seen_at)
            row.is_verified = row.is_verified or is_verified
            changed.append((put(row.first_seen_at), put(row.last_seen_at), row.is_verified, row.id))
    run_many(
        f"UPDATE {_TABLE} SET first_seen_at = %s, last_seen_at = %s, is_verified = %s WHERE id = %s",  # noqa: S608
        changed,
    )
    told = {key: traits for key, traits in _told(readings).items() if key in taken.rows and key not in made}
    _tell(told, vault=vault)


def _tell(told: dict[str, dict[str, str]], *, vault: Vault) -> None:
    changed = []
    for some in chunks(told):
        for identity in Identity.objects.filter(key__in=some):
            known = open_traits(identity, vault=vault)
            now = known | told[identity.key]
            if now != known:
                changed.append((seal_traits(now, key=identity.key, vault=vault), identity.pk))
    run_many(f"UPDATE {_TABLE} SET traits_sealed = %s WHERE id = %s", changed)  # noqa: S608


def _take_units(readings: Sequence[Reading], *, rows: dict[str, Row]) -> None:
    """Note the units of what was seen, at the identity that the facts go by."""
    last: dict[tuple[int, int], datetime] = {}
    for reading in readings:
        row = rows.get(reading.named[0].key)
        if row is not None:
            place = (row.id, reading.unit_id)
            last[place] = max(last.get(place, reading.at), reading.at)
    run_many(_UPSERT_UNIT, [(*place, put(at)) for place, at in last.items()])
