"""Words that rise: said really more often in the last sixty minutes than in the week before."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight import dialect
from zhiyin.insight.now.window import Window
from zhiyin.insight.queries.attention import count_voices
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.insight.topics.detection import find_candidates
from zhiyin.insight.topics.phrases import find_phrases
from zhiyin.people.caches import forgets

MOST_NOW, MOST_BEFORE, MOST_WORDS = 2_000, 8_000, 8
LEAST_GROWTH = 3.0
_WEEK = timedelta(days=7)
_KEPT_SECONDS = 600.0
_MOST_KEPT = 32

Keys = NDArray[np.int64]


class _TextRow(msgspec.Struct, frozen=True, kw_only=True):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RisingWord:
    """A phrase: the voices of the window that hold it, how many times as often as before (None: new)."""

    name: str
    n: int
    times: float | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """How many of `n_texts` voices said each phrase, by sorted key."""

    made_at: float
    n_texts: int
    keys: Keys
    counts: Keys

    def count(self, keys: Keys) -> Keys:
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.counts[place], 0)


_kept: dict[tuple[object, ...], _Before] = {}
_lock = Lock()


def list_rising(connection: duckdb.DuckDBPyConnection, *, window: Window) -> list[RisingWord]:
    """The words that rise, the surest first; empty where the week before says nothing.

    Words are compared in samples of 2,000 and 8,000 voices; `n` counts all voices of the window. What
    the week before said is remembered for ten minutes.
    """
    texts = _texts(connection, window=window, filter=window.state.filter, most=MOST_NOW)
    before = _before(connection, window=window)
    found = find_candidates(
        texts, n_before=before.n_texts, count_before=before.count, least_growth=LEAST_GROWTH
    )
    return [
        RisingWord(
            name=one.name,
            n=_count(connection, window=window, words=one.name),
            times=None if one.n_before == 0 else one.growth,
            href=window.url(q=f'"{one.name}"'),
        )
        for one in found[:MOST_WORDS]
    ]


def _count(connection: duckdb.DuckDBPyConnection, *, window: Window, words: str) -> int:
    wanted = replace(window.state.filter, text=f'"{words}"')
    return count_voices(connection, scope=window.state.scope, filter=wanted)


def _before(connection: duckdb.DuckDBPyConnection, *, window: Window) -> _Before:
    state = window.state
    key = (state.scope.unit_ids, state.filter.unit_ids)
    now = time.monotonic()
    with _lock:
        kept = _kept.get(key)
    if kept is not None and now - kept.made_at < _KEPT_SECONDS:
        return kept
    texts = _texts(connection, window=window, filter=_week_before(window), most=MOST_BEFORE)
    keys, counts = np.unique(find_phrases(texts).key, return_counts=True) if texts else _NOTHING
    made = _Before(made_at=now, n_texts=len(texts), keys=keys, counts=counts)
    with _lock:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = made
    return made


_NOTHING: tuple[Keys, Keys] = (np.empty(0, np.int64), np.empty(0, np.int64))


def _week_before(window: Window) -> VoiceFilter:
    return window.filter_between(window.since - _WEEK, window.since)


def _texts(
    connection: duckdb.DuckDBPyConnection, *, window: Window, filter: VoiceFilter, most: int
) -> list[str]:
    chosen = select(window.state.scope, filter=filter)
    rows = run(
        connection,
        "now_texts",
        row=_TextRow,
        parameters={**chosen.parameters, "n_texts": most},
        kept_voices=chosen.kept_voices,
        draw=dialect.hash64("feedback_id"),
    )
    return [row.text for row in rows]


@forgets
def _forget() -> None:
    with _lock:
        _kept.clear()
