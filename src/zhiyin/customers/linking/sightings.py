"""What a batch saw together, whatever the rules say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from zhiyin.customers.linking.bulk import (
    Value,
    allocate_ids,
    chunks,
    fetch,
    fetch_pairs,
    insert,
    kept_time,
    marks,
    put_time,
    run_many,
)
from zhiyin.customers.linking.identities import Row
from zhiyin.customers.linking.judging import IdPair, Seen, order_pair
from zhiyin.customers.linking.reading import Reading
from zhiyin.customers.models import Sighting

_PLACE = ("left_id", "right_id", "source")
_TABLE = Sighting._meta.db_table


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a batch's sightings changed: pairs seen by a source for the first time, in order, and pairs
    that a source now vouches for.
    """

    seen: Sequence[Seen]
    now_verified: Sequence[IdPair]


Place = tuple[int, int, str]


class _Span(msgspec.Struct, gc=False):
    first_at: Value
    last_at: Value
    is_verified: bool
    n_records: int = 0


def take_sightings(readings: Sequence[Reading], *, rows: dict[str, Row], is_told_again: bool = False) -> News:
    """Keep who was named together with whom, by which source, when, and how often.

    `is_told_again`: known ones were counted when they were told first.
    """
    spans = _spans(readings, rows=rows)
    old = {row.id for row in rows.values() if not row.is_new}
    known = _find([place for place in spans if place[0] in old and place[1] in old])
    fresh = [place for place in spans if place not in known]
    ids = allocate_ids(Sighting, len(fresh))
    written = []
    for sighting_id, place in zip(ids, fresh, strict=True):
        span = spans[place]
        written.append((sighting_id, *place, span.is_verified, span.n_records, span.first_at, span.last_at))
    insert(Sighting, ("id", *_PLACE, "is_verified", "n_records", "first_at", "last_at"), written)
    now_verified = _again(spans, known=known, is_counted=is_told_again)
    return News(seen=[Seen(*row[1:5], row[0]) for row in written], now_verified=now_verified)


def count_sightings(ids: Sequence[int]) -> dict[int, int]:
    """How often each identity was seen with another, once for each source: never fewer than its partners."""
    found: Counter[int] = Counter()
    for some in chunks(ids):
        for side in ("left_id", "right_id"):
            where = f"{side} IN ({marks(len(some))}) GROUP BY {side}"
            found.update(dict(fetch(f"SELECT {side}, count(*) FROM {_TABLE} WHERE {where}", some)))  # noqa: S608
    return dict(found)


def _spans(readings: Sequence[Reading], *, rows: dict[str, Row]) -> dict[Place, _Span]:
    spans: dict[Place, _Span] = {}
    for reading in readings:
        if len(reading.named) == 1:
            continue
        at = put_time(reading.at)
        for one, other in reading.pairs():
            is_verified = one.is_verified and other.is_verified
            place = (*order_pair(rows[one.key].id, rows[other.key].id), reading.source)
            span = spans.get(place)
            if span is None:
                span = spans[place] = _Span(at, at, is_verified)
            elif at < span.first_at:
                span.first_at = at
            elif at > span.last_at:
                span.last_at = at
            span.is_verified = span.is_verified or is_verified
            span.n_records += 1
    return spans


def _find(places: Sequence[Place]) -> dict[Place, tuple[Value, ...]]:
    """The rows of those that are kept already."""
    columns = "s.left_id, s.right_id, s.source, s.id, s.is_verified, s.n_records"
    times = f"{kept_time('s.first_at')}, {kept_time('s.last_at')}"
    found_by = "s.left_id = wanted.l AND s.right_id = wanted.r"
    sql = f"SELECT {columns}, {times} FROM wanted CROSS JOIN {_TABLE} s WHERE {found_by}"  # noqa: S608
    wanted = frozenset(places)
    found: dict[Place, tuple[Value, ...]] = {}
    for row in fetch_pairs(sql, [place[:2] for place in places]):
        place = (row[0], row[1], row[2])
        if place in wanted:
            found[place] = row
    return found


def _again(
    spans: dict[Place, _Span], *, known: dict[Place, tuple[Value, ...]], is_counted: bool
) -> list[IdPair]:
    """Bring known sightings up to date; the pairs that only now are vouched for."""
    now_verified, changed = [], []
    for place, (left, right, _, sighting_id, was_verified, n_records, first_at, last_at) in known.items():
        span = spans[place]
        if span.is_verified and not was_verified:
            now_verified.append((left, right))
        is_verified = bool(was_verified) or span.is_verified
        first, last = min(first_at, span.first_at), max(last_at, span.last_at)
        n_now = n_records if is_counted else n_records + span.n_records
        changed.append((first, last, is_verified, n_now, sighting_id))
    run_many(
        f"UPDATE {_TABLE} SET first_at = %s, last_at = %s, is_verified = %s,"  # noqa: S608
        " n_records = %s WHERE id = %s",
        changed,
    )
    return now_verified
