"""What a batch saw together, whatever the rules say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.customers.linking.identities import Row
from zhiyin.customers.linking.judging import IdPair, Seen, order_pair
from zhiyin.customers.linking.reading import Reading
from zhiyin.customers.models import Sighting

_CHUNK = 500


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
    known = _find(spans)
    fresh = [place for place in spans if place not in known]
    made = Sighting.objects.bulk_create(
        (
            Sighting(
                left_id=left,
                right_id=right,
                source=source,
                is_verified=spans[left, right, source].is_verified,
                n_records=spans[left, right, source].n_records,
                first_at=spans[left, right, source].first_at,
                last_at=spans[left, right, source].last_at,
            )
            for left, right, source in fresh
        ),
        batch_size=_CHUNK,
    )
    now_verified = _again(spans, known=known)
    seen = [Seen(one.left_id, one.right_id, one.source, one.is_verified, one.pk) for one in made]
    return News(seen=seen, now_verified=now_verified)


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


def _find(places: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int, str], Sighting]:
    partners: dict[int, set[int]] = {}
    for left, right, _ in places:
        partners.setdefault(left, set()).add(right)
    wanted = frozenset(places)
    lefts = list(partners)
    found: dict[tuple[int, int, str], Sighting] = {}
    for start in range(0, len(lefts), _CHUNK):
        some = lefts[start : start + _CHUNK]
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
    now_verified = []
    for place, one in known.items():
        span = spans[place]
        if span.is_verified and not one.is_verified:
            now_verified.append((one.left_id, one.right_id))
        one.first_at, one.last_at = min(one.first_at, span.first_at), max(one.last_at, span.last_at)
        one.is_verified = one.is_verified or span.is_verified
        one.n_records += span.n_records
    Sighting.objects.bulk_update(
        known.values(), ["first_at", "last_at", "is_verified", "n_records"], batch_size=_CHUNK // 5
    )
    return now_verified
