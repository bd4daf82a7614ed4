"""Finds words that were said before, by another voice: the same ones, or nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.engine.protocols import Lake
from zhiyin.listen.pipeline.columns import day_of
from zhiyin.listen.pipeline.voices import Voice
from zhiyin.understand.copies import are_near_pairs

# Older copies are left alone: the look-up stays within some weeks of files.
LOOK_BACK = timedelta(days=30)
_EPOCH = date(1970, 1, 1)

# For each key asked for, and each day, the voice that had it first. Texts are read of few rows only.
_FIRST_HOLDERS = """
WITH kept AS (
    SELECT day, sequence, list_append(coalesce(near_keys, []), fingerprint) AS keys
    FROM feedback WHERE day >= $since AND sequence <= $last
),
firsts AS MATERIALIZED (
    SELECT key, day, min(sequence) AS sequence
    FROM (SELECT day, sequence, unnest(keys) AS key FROM kept) SEMI JOIN asked USING (key)
    GROUP BY key, day
),
holders AS (
    SELECT day, sequence, feedback_id, text,
        unnest(list_append(coalesce(near_keys, []), fingerprint)) AS key
    FROM feedback WHERE day >= $since AND sequence IN (SELECT DISTINCT sequence FROM firsts)
)
SELECT key, day, sequence, min(feedback_id), arg_min(text, feedback_id)
FROM holders SEMI JOIN firsts USING (key, day, sequence)
GROUP BY key, day, sequence
"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Saying:
    """Words in the order in which they came: by message of the log, within one by id."""

    sequence: int
    feedback_id: str
    text: str = field(compare=False)


class _Holders:
    """Who had a key first on each day, which counts from 1970; of keys that more than one voice has."""

    def __init__(self) -> None:
        self._by_key: dict[int, dict[int, _Saying]] = {}

    def __contains__(self, key: int) -> bool:
        return key in self._by_key

    def note(self, key: int, saying: _Saying, *, day: int) -> None:
        """Somebody had it; the first of the day is remembered."""
        days = self._by_key.setdefault(key, {})
        if day not in days or saying < days[day]:
            days[day] = saying

    def find_first(self, key: int, *, since: int) -> _Saying:
        """Who had it first from that day on; there must be one."""
        return min(saying for day, saying in self._by_key[key].items() if day >= since)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """A voice of the batch: its place there, its day, what it is found by; `fingerprint` 0 for too short."""

    place: int
    day: int
    fingerprint: int
    keys: list[int]
    saying: _Saying

    @property
    def all_keys(self) -> list[int]:
        """The fingerprint is a key too: one that needs no second look."""
        return [*self.keys, self.fingerprint]


def find_copies(lake: Lake, voices: Sequence[Voice], *, understood: pa.Table) -> list[bool]:
    """Whether each voice repeats an earlier one received since `LOOK_BACK` before it, or nearly does.

    For each of its keys it is compared with the voice that had the key first. What is earlier is told by
    the log, and days by the ids, so that neither the cut of a batch, nor its repetition after a crash,
    nor making facts again later changes the answer. Who said it first is nobody's copy, edited or not.
    """
    is_copy = [False] * len(voices)
    asking = list(_list_asking(voices, understood))
    if not asking:
        return is_copy
    holders = _read_holders(lake, asking)
    _note_shared(asking, holders)
    places, pairs = [], []
    for one in asking:
        earlier = _find_earlier(one, holders)
        is_copy[one.place] = one.fingerprint in earlier
        if not is_copy[one.place]:
            texts = {saying.text for saying in earlier.values()}
            places += [one.place] * len(texts)
            pairs += [(one.saying.text, text) for text in texts]
    for place, is_near in zip(places, are_near_pairs(pairs), strict=True):
        is_copy[place] = is_copy[place] or is_near
    return is_copy


def _note_shared(asking: Sequence[_Asking], holders: _Holders) -> None:
    """Those of the batch too; a key that nobody else has is looked up no further."""
    n_voices = Counter(chain.from_iterable(one.all_keys for one in asking))
    for one in asking:
        for key in one.all_keys:
            if n_voices[key] > 1 or key in holders:
                holders.note(key, one.saying, day=one.day)


def _find_earlier(one: _Asking, holders: _Holders) -> dict[int, _Saying]:
    """By key, who had it first, where that was another voice."""
    since = one.day - LOOK_BACK.days
    firsts = {key: holders.find_first(key, since=since) for key in one.all_keys if key in holders}
    return {
        key: first
        for key, first in firsts.items()
        if first < one.saying and first.feedback_id != one.saying.feedback_id
    }


def _list_asking(voices: Sequence[Voice], understood: pa.Table) -> Iterator[_Asking]:
    quality = understood.column("quality")
    fingerprints = pc.struct_field(quality, "fingerprint").to_pylist()
    keys = pc.struct_field(quality, "near_keys").to_pylist()
    texts = understood.column("masked_text").to_pylist()
    for place, voice in enumerate(voices):
        if fingerprints[place]:
            yield _Asking(
                place=place,
                day=day_of(voice.feedback_id),
                fingerprint=fingerprints[place],
                keys=keys[place],
                saying=_Saying(
                    sequence=voice.sequence, feedback_id=voice.feedback_id, text=texts[place] or ""
                ),
            )


def _read_holders(lake: Lake, asking: Sequence[_Asking]) -> _Holders:
    holders = _Holders()
    if not lake.files("feedback"):
        return holders
    since = _EPOCH + timedelta(days=min(one.day for one in asking) - LOOK_BACK.days)
    asked = pa.table({"key": pa.array({key for one in asking for key in one.all_keys}, pa.int64())})
    with lake.connect("feedback") as connection:
        connection.register("asked", asked)
        rows = connection.execute(
            _FIRST_HOLDERS, {"since": since, "last": max(one.saying.sequence for one in asking)}
        ).fetchall()
    for key, day, sequence, feedback_id, text in rows:
        saying = _Saying(sequence=sequence, feedback_id=feedback_id, text=text or "")
        holders.note(key, saying, day=(day - _EPOCH).days)
    return holders
