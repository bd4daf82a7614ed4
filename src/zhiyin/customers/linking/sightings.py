"""What a batch saw together, whatever the rules say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.customers.linking.bulk import allocate_ids, chunks, insert, put, run_many
from zhiyin.customers.linking.identities import Row
from zhiyin.customers.linking.judging import IdPair, Seen, order_pair
from zhiyin.customers.linking.reading import Reading
from zhiyin.customers.models import Sighting

_PLACE = ("left_id", "right_id", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a batch's sightings changed: pairs seen by a source for the first time, in order, and pairs
    that a source now vouches for.
    """

    seen: Sequence[Seen]
    now_verified: Sequence[IdPair]


@dataclass(slots=True)
class _Span:
    first_at: datetime
    last_at: datetime
    is_verified: bool
    n_records: int = 0


def take_sightings(readings: Sequence[Reading], *, rows: dict[str, Row]) -> News:
    """Keep who was named together with whom, by which source, when, and how often."""
    spans = _spans(readings, rows=rows)
    old = {row.id for row in rows.values() if row.was is not None}
    known = _find([place for place in spans if place[0] in old and place[1] in old])
    fresh = [place for place in spans if place not in known]
    ids = allocate_ids(Sighting, len(fresh))
    written = []
    for sighting_id, place in zip(ids, fresh, strict=True):
        span = spans[place]
        written.append(
            (sighting_id, *place, span.is_verified, span.n_records, put(span.first_at), put(span.last_at))
        )
    insert(Sighting, ("id", *_PLACE, "is_verified", "n_records", "first_at", "last_at"), written)
    now_verified = _again(spans, known=known)
    return News(seen=[Seen(*row[1:5], row[0]) for row in written], now_verified=now_verified)


def _spans(readings: Sequence[Reading], *, rows: dict[str, Row]) -> dict[tuple[int, int, str], _Span]:
    spans: dict[tuple[int, int, str], _Span] = {}
    for reading in readings:
        for one, other in reading.pairs():
            left, right = order_pair(rows[one.key].id, rows[other.key].id)
            is_verified = one.is_verified and other.is_verified
            place = (left, right, reading.source)
            span = spans.get(place)
            if span is None:
                span = spans[place] = _Span(reading.at, reading.at, is_verified)
            span.first_at = min(span.first_at, reading.at)
            span.last_at = max(span.last_at, reading.at)
            span.is_verified = span.is_verified or is_verified
            span.n_records += 1
    return spans


def _find(places: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int, str], Sighting]:
    partners: dict[int, set[int]] = {}
    for left, right, _ in places:
        partners.setdefault(left, set()).add(right)
    wanted = frozenset(places)
    found: dict[tuple[int, int, str], Sighting] = {}
    for some in chunks(partners):
        rights = {right for left in some for right in partners[left]}
        for one in Sighting.objects.filter(left_id__in=some, right_id__in=rights):
            place = (one.left_id, one.right_id, one.source)
            if place in wanted:
                found[place] = one
    return found


def _again(
    spans: dict[tuple[int, int, str], _Span], *, known: dict[tuple[int, int, str], Sighting]
) -> list[IdPair]:
    """Bring known sightings up to date; the pairs that only now are vouched for."""
    now_verified, changed = [], []
    for place, one in known.items():
        span = spans[place]
        if span.is_verified and not one.is_verified:
            now_verified.append((one.left_id, one.right_id))
        first, last = min(one.first_at, span.first_at), max(one.last_at, span.last_at)
        is_verified, n_records = one.is_verified or span.is_verified, one.n_records + span.n_records
        changed.append((put(first), put(last), is_verified, n_records, one.pk))
    run_many(
        f"UPDATE {Sighting._meta.db_table} SET first_at = %s, last_at = %s, is_verified = %s,"  # noqa: S608
        " n_records = %s WHERE id = %s",
        changed,
    )
    return now_verified
