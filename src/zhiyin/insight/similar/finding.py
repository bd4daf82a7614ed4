"""Finds voices near in words among those that the index holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from zhiyin.insight.search.index.asking import keep
from zhiyin.insight.search.index.chunk import Chunk, Codes, Words
from zhiyin.insight.search.index.matching import rows_of
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.similar.words import (
    Weights,
    codes_of,
    cosine,
    count_holders,
    list_pairs,
    weigh,
)
from zhiyin.people.scope import Scope

MOST_PAIRS = 24  # of the asked text, the weightiest: the others hardly change who comes first
_LOOKED_AT = 160
_SAME = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A voice near in words: `nearness` is the cosine, 0 to 1."""

    feedback_id: str
    nearness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    score: float
    chunk: Chunk
    row: int

    @property
    def codes(self) -> Codes:
        """Its folded text."""
        return self.chunk.text[self.chunk.begins[self.row] : self.chunk.begins[self.row + 1] - 1]


def find_near(
    chunks: Sequence[Chunk], *, text: str, scope: Scope, filter: VoiceFilter, most: int
) -> list[Near]:
    """The voices whose words are nearest, the nearest first; such as say the very same stand once.

    `filter` narrows by what the index knows (`asking.knows_all`). Nothing for a text of no words.
    """
    pairs, counts = list_pairs(codes_of(text))
    if not len(pairs):
        return []
    n_voices = sum(len(chunk) for chunk in chunks)
    weights = weigh(counts, count_holders(chunks, pairs), n_voices=n_voices)
    heavy = np.argsort(-weights)[:MOST_PAIRS]
    candidates = [
        one
        for chunk in chunks
        for one in _score(chunk, pairs=pairs[heavy], weights=weights[heavy], scope=scope, filter=filter)
    ]
    candidates.sort(key=lambda one: -one.score)
    return _look_closer(
        candidates[:_LOOKED_AT], chunks=chunks, pairs=pairs, weights=weights, n_voices=n_voices
    )[:most]


def _score(
    chunk: Chunk, *, pairs: Words, weights: Weights, scope: Scope, filter: VoiceFilter
) -> list[_Candidate]:
    is_kept = keep(chunk, scope=scope, filter=filter)
    if is_kept is None:
        return []
    scores = np.zeros(len(chunk), np.float32)
    for pair, weight in zip(pairs.tolist(), weights.tolist(), strict=True):
        scores[rows_of(chunk, pair >> 16, pair & 0xFFFF)] += weight * weight
    scores[~is_kept] = 0.0
    # A long text holds more pairs by chance.
    sizes = np.diff(chunk.begins).astype(np.float32)
    scores /= np.sqrt(sizes + np.float32(8.0))
    best = np.argpartition(-scores, min(_LOOKED_AT, len(scores) - 1))[:_LOOKED_AT]
    return [
        _Candidate(score=float(scores[row]), chunk=chunk, row=int(row)) for row in best if scores[row] > 0
    ]


def _look_closer(
    candidates: Sequence[_Candidate],
    *,
    chunks: Sequence[Chunk],
    pairs: Words,
    weights: Weights,
    n_voices: int,
) -> list[Near]:
    """The candidates by the cosine over all pairs."""
    theirs = [list_pairs(one.codes) for one in candidates]
    if not theirs:
        return []
    holders = count_holders(chunks, np.concatenate([some for some, _ in theirs]))
    begins = np.concatenate([[0], np.cumsum([len(some) for some, _ in theirs])])
    found, seen = [], set[float]()
    for place, (some, counts) in enumerate(theirs):
        held = holders[begins[place] : begins[place + 1]]
        nearness = cosine(pairs, weights, some, weigh(counts, held, n_voices=n_voices))
        # The same words again have the same nearness to the last digits.
        mark = round(nearness, 9)
        if nearness < _SAME and mark not in seen:
            seen.add(mark)
            one = candidates[place]
            found.append(
                Near(feedback_id=str(UUID(bytes=one.chunk.ids[one.row].tobytes())), nearness=nearness)
            )
    return sorted(found, key=lambda one: -one.nearness)
