"""Asks the index: how many voices fit, and which are the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np

from zhiyin.insight.search.expression import Expression
from zhiyin.insight.search.index.chunk import Bools, Bytes, Chunk, Longs
from zhiyin.insight.search.index.matching import match
from zhiyin.insight.selection.choosing import chosen_units, first_day
from zhiyin.insight.selection.conditions import LEFT_OUT
from zhiyin.insight.selection.voice_filter import VoiceFilter
from zhiyin.people.scope import Scope

_KNOWN = frozenset(
    {"since", "until", "unit_ids", "channels", "text", "include_excluded", "left_out", "clock"}
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = VoiceFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A voice that fits."""

    feedback_id: str
    occurred_us: int

    @property
    def key(self) -> tuple[int, str]:
        """What lists are sorted by."""
        return self.occurred_us, self.feedback_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """How many voices fit and the newest of them, latest first."""

    n: int
    newest: Sequence[Hit]


def knows_all(filter: VoiceFilter) -> bool:
    """Whether the index itself knows all that the filter asks, and not the text alone."""
    return all(
        field.name in _KNOWN or getattr(filter, field.name) == getattr(_NOTHING, field.name)
        for field in fields(VoiceFilter)
    )


def find_matches(
    chunks: Sequence[Chunk], *, expression: Expression, scope: Scope, filter: VoiceFilter, most: int
) -> Matches:
    """Voices whose text fits, within the scope and what the index knows of the filter; `most` newest ones.

    About 30 ms for a word over five million voices, without the first reading from disk.
    """
    n = 0
    newest = _Newest(most)
    for chunk in sorted(chunks, key=lambda one: -one.first_and_last[1] if len(one) else 0):
        is_kept = keep(chunk, scope=scope, filter=filter)
        if is_kept is None:
            continue
        found = match(chunk, expression)
        rows = np.flatnonzero(found & is_kept)
        n += len(rows)
        newest.add(chunk, rows)
    return Matches(n=n, newest=newest.take())


def find_beside(
    chunks: Sequence[Chunk], *, expression: Expression, scope: Scope, filter: VoiceFilter, here: Hit
) -> tuple[Hit | None, Hit | None]:
    """The voices that fit and come next to a given one, the later and the earlier."""
    later: Hit | None = None
    earlier: Hit | None = None
    for chunk in chunks:
        first, last = chunk.first_and_last if len(chunk) else (0, -1)
        # Only a chunk that may hold a nearer one is looked into.
        may_later = last >= here.occurred_us and (later is None or first <= later.occurred_us)
        may_earlier = first <= here.occurred_us and (earlier is None or last >= earlier.occurred_us)
        if last < first or not (may_later or may_earlier):
            continue
        is_kept = keep(chunk, scope=scope, filter=filter)
        if is_kept is None:
            continue
        rows = np.flatnonzero(match(chunk, expression) & is_kept)
        place = _place(chunk, rows, here=here)
        is_here = place < len(rows) and _hit(chunk, rows[place]) == here
        if place and (later is None or _hit(chunk, rows[place - 1]).key < later.key):
            later = _hit(chunk, rows[place - 1])
        next_place = place + is_here
        if next_place < len(rows) and (earlier is None or _hit(chunk, rows[next_place]).key > earlier.key):
            earlier = _hit(chunk, rows[next_place])
    return later, earlier


def _place(chunk: Chunk, rows: Longs, *, here: Hit) -> int:
    """How many of the rows come before this voice in the list, the newest first."""
    times = -chunk.occurred[rows]
    first, last = np.searchsorted(times, [-here.occurred_us, -here.occurred_us + 1])
    while first < last and _hit(chunk, rows[first]).feedback_id > here.feedback_id:
        first += 1
    return int(first)


def _hit(chunk: Chunk, row: int) -> Hit:
    return Hit(feedback_id=str(UUID(bytes=chunk.ids[row].tobytes())), occurred_us=int(chunk.occurred[row]))


class _Newest:
    """The latest so many of what is added chunk by chunk."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._times: list[Longs] = []
        self._ids: list[Bytes] = []
        self._n = 0
        self._least = np.iinfo(np.int64).min

    def add(self, chunk: Chunk, rows: Longs) -> None:
        rows = rows[: self._most]  # a chunk has its newest first
        times = chunk.occurred[rows]
        is_new = times >= self._least
        if not is_new.any():
            return
        self._times.append(times[is_new])
        self._ids.append(chunk.ids[rows[is_new]])
        self._n += int(is_new.sum())
        if self._n > 4 * self._most:
            self._cut()

    def take(self) -> list[Hit]:
        if not self._n:
            return []
        self._cut()
        return [
            Hit(feedback_id=str(UUID(bytes=raw.tobytes())), occurred_us=int(time))
            for time, raw in zip(self._times[0], self._ids[0], strict=True)
        ]

    def _cut(self) -> None:
        times, ids = np.concatenate(self._times), np.concatenate(self._ids)
        high, low = ids.view(">u8").T
        order = np.lexsort((low, high, times))[::-1][: self._most]
        self._times, self._ids, self._n = [times[order]], [ids[order]], len(order)
        if self._n == self._most:
            self._least = int(times[order[-1]])


def keep(chunk: Chunk, *, scope: Scope, filter: VoiceFilter) -> Bools | None:
    """Which voices the asker wants but for the text; None where there is none."""
    earliest, latest = chunk.first_and_last if len(chunk) else (0, -1)
    since = microseconds(filter.since) if filter.since else earliest
    until = microseconds(filter.until) if filter.until else latest + 1
    if since > latest or until <= earliest:
        return None
    # The newest first: a period is a slice.
    first = np.searchsorted(-chunk.occurred, -until, side="right") if until <= latest else 0
    last = np.searchsorted(-chunk.occurred, -since, side="right") if since > earliest else len(chunk)
    is_kept = np.zeros(len(chunk), dtype=bool)
    is_kept[first:last] = True
    if filter.since and last:
        received = chunk.ids[:, :8].view(">u8")[:, 0] >> np.uint64(16)  # the ms that a UUIDv7 begins with
        is_kept &= received >= np.uint64(max(0, _microseconds_of_day(first_day(filter.since)) // 1000))
    if filter.left_out:
        bits = sum(1 << place for place, name in enumerate(LEFT_OUT) if name in filter.left_out)
        is_kept &= (chunk.left_out & np.uint8(bits)) != 0
    elif not filter.include_excluded:
        is_kept &= chunk.left_out == 0
    wanted, left_out = chosen_units(scope, filter=filter)
    if wanted is not None:
        is_kept &= np.isin(chunk.unit, np.array(sorted(wanted), np.int64))
    if left_out:
        is_kept &= ~np.isin(chunk.unit, np.array(sorted(left_out), np.int64))
    if filter.channels:
        places = [place for place, name in enumerate(chunk.channels) if name in filter.channels]
        is_kept &= np.isin(chunk.channel, np.array(places, np.int16))
    return is_kept if is_kept.any() else None


def _microseconds_of_day(day: date) -> int:
    return (day - _EPOCH.date()).days * 86_400_000_000


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
