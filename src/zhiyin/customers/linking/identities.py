"""Identities of a batch: made where they are new, kept up to date where they are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import uuid_utils
from django.utils import timezone

from zhiyin.customers.identifiers.sealing import make_tail_key, open_traits, seal_identifier, seal_traits
from zhiyin.customers.linking.reading import Named, Reading
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.engine.vault import Vault

_CHUNK = 500
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
    wanted = list(keys)
    rows: dict[str, Row] = {}
    for start in range(0, len(wanted), _CHUNK):
        found = Identity.objects.filter(key__in=wanted[start : start + _CHUNK]).values_list(*_COLUMNS)
        for values in found:
            row = Row(*values)
            row.was = row.customer
            rows[row.key] = row
    return rows


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
    now = timezone.now()
    made = []
    for one in fresh:
        first, last, is_verified = spans[one.key]
        born = UUID(bytes=uuid_utils.uuid7().bytes)
        traits = told.get(one.key)
        made.append(
            Identity(
                key=one.key,
                type=one.identifier.type,
                source=one.identifier.within,
                born=born,
                customer=born,
                sealed=seal_identifier(one.identifier.shown, key=one.key, vault=vault),
                traits_sealed=seal_traits(traits, key=one.key, vault=vault) if traits else None,
                tail_key=make_tail_key(one.identifier.type, one.identifier.shown, vault=vault),
                is_verified=is_verified,
                first_seen_at=first,
                last_seen_at=last,
                changed_at=now,
            )
        )
    Identity.objects.bulk_create(made, batch_size=_CHUNK)
    return {
        one.key: Row(
            id=one.pk,
            key=one.key,
            type=one.type,
            within=one.source,
            born=one.born,
            customer=one.customer,
            is_verified=one.is_verified,
            is_shared=False,
            first_seen_at=one.first_seen_at,
            last_seen_at=one.last_seen_at,
        )
        for one in made
    }


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
            changed.append(_slim(row))
    Identity.objects.bulk_update(
        changed, ["first_seen_at", "last_seen_at", "is_verified"], batch_size=_CHUNK // 4
    )
    told = {key: traits for key, traits in _told(readings).items() if key in taken.rows and key not in made}
    _tell(told, vault=vault)


def _slim(row: Row) -> Identity:
    return Identity(
        pk=row.id,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        is_verified=row.is_verified,
    )


def _tell(told: dict[str, dict[str, str]], *, vault: Vault) -> None:
    changed = []
    keys = list(told)
    for start in range(0, len(keys), _CHUNK):
        for identity in Identity.objects.filter(key__in=keys[start : start + _CHUNK]):
            known = open_traits(identity, vault=vault)
            now = known | told[identity.key]
            if now != known:
                identity.traits_sealed = seal_traits(now, key=identity.key, vault=vault)
                changed.append(identity)
    Identity.objects.bulk_update(changed, ["traits_sealed"], batch_size=_CHUNK // 2)


def _take_units(readings: Sequence[Reading], *, rows: dict[str, Row]) -> None:
    """Note the units of what was seen, at the identity that the facts go by."""
    last: dict[tuple[int, int], datetime] = {}
    for reading in readings:
        row = rows.get(reading.named[0].key)
        if row is not None:
            place = (row.id, reading.unit_id)
            last[place] = max(last.get(place, reading.at), reading.at)
    known = _find_units({identity_id for identity_id, _ in last})
    fresh = [
        IdentityUnit(identity_id=identity_id, unit_id=unit_id, last_seen_at=at)
        for (identity_id, unit_id), at in last.items()
        if (identity_id, unit_id) not in known
    ]
    later = []
    for place, at in last.items():
        old = known.get(place)
        if old is not None and at > old[1]:
            later.append(IdentityUnit(pk=old[0], last_seen_at=at))
    IdentityUnit.objects.bulk_create(fresh, batch_size=_CHUNK)
    IdentityUnit.objects.bulk_update(later, ["last_seen_at"], batch_size=_CHUNK // 2)


def _find_units(ids: Iterable[int]) -> dict[tuple[int, int], tuple[int, datetime]]:
    wanted = list(ids)
    found: dict[tuple[int, int], tuple[int, datetime]] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = IdentityUnit.objects.filter(identity_id__in=wanted[start : start + _CHUNK])
        for pk, identity_id, unit_id, at in rows.values_list("pk", "identity_id", "unit_id", "last_seen_at"):
            found[identity_id, unit_id] = (pk, at)
    return found
