"""An index of pairs of neighbouring signs, held in memory: every published article, its fields weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.similar.words import codes_of, list_pairs

Keys = NDArray[np.uint32]
Floats = NDArray[np.float32]
Rows = NDArray[np.int32]

# BM25 (Robertson, Zaragoza 2009): how soon a repeated pair stops counting, and how much length does.
_SATURATION, _LENGTH = 1.2, 0.6
# Signs of asking rather than of what is asked: pairs of them weigh a tenth, with one of them four tenths.
_ASKING = np.array(
    sorted({ord(sign) for sign in "我想吗呢啊的了是请问能可以怎么什有没你们您要个张一下在和就这那不会多"}),
    np.uint32,
)
# Among a handful of articles nothing would be rare.
_AS_IF = 200
_BY_ASPECT = np.float32(0.35)  # a shared aspect counts as a third of the words
_MOST_PAIRS = 48  # of what is asked, the rarest: the others hardly change who comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The pairs of one article with their weights, its aspects, and how long it is."""

    article_id: int
    pairs: Keys
    weights: Floats
    size: float
    aspects: frozenset[str]


def make_document(
    article_id: int, *, fields: Sequence[tuple[str, float]], aspects: frozenset[str]
) -> Document:
    """`fields`: texts with the weight of one mention in each."""
    parts, counts = [], []
    for text, weight in fields:
        pairs, times = list_pairs(codes_of(text))
        parts.append(pairs)
        counts.append(times.astype(np.float32) * np.float32(weight))
    joined = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
    pairs, places = np.unique(joined, return_inverse=True)
    weights = np.zeros(len(pairs), np.float32)
    np.add.at(weights, places, np.concatenate(counts) if counts else np.zeros(0, np.float32))
    return Document(
        article_id=article_id,
        pairs=pairs.astype(np.uint32),
        weights=weights,
        size=float(weights.sum()),
        aspects=aspects,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where an article holds (`unit_id`, None for everywhere) and whether customers may read it."""

    unit_id: int | None
    is_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article of the index: `rank` orders; `nearness` (0 to 1) is how much of what was asked it holds."""

    article_id: int
    rank: float
    nearness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: the words, their aspects, the least share of the words that must be there, where it
    must hold (`unit_ids`, None for all), and whether for customers.
    """

    text: str
    aspects: frozenset[str]
    least: float
    unit_ids: frozenset[int] | None
    is_public: bool


class Index:
    """The documents, turned round: for each pair the articles that hold it."""

    def __init__(self, documents: Sequence[Document], reaches: Sequence[Reach]) -> None:
        self._ids = [one.article_id for one in documents]
        self._units = np.array([one.unit_id or 0 for one in reaches], np.int64)
        self._is_public = np.array([one.is_public for one in reaches], np.bool_)
        sizes = np.array([one.size for one in documents], np.float32)
        mean = float(sizes.mean()) if len(sizes) else 1.0
        self._lengths = 1 - _LENGTH + _LENGTH * sizes / max(mean, 1.0)
        keys = np.concatenate([one.pairs for one in documents]) if documents else np.zeros(0, np.uint32)
        rows = np.repeat(np.arange(len(documents), dtype=np.int32), [len(one.pairs) for one in documents])
        weights = np.concatenate([one.weights for one in documents]) if documents else np.zeros(0, np.float32)
        order = np.argsort(keys, kind="stable")
        self._keys: Keys = keys[order]
        self._rows: Rows = rows[order]
        self._weights: Floats = weights[order]
        self._by_aspect: dict[str, list[int]] = {}
        for row, one in enumerate(documents):
            for aspect in one.aspects:
                self._by_aspect.setdefault(aspect, []).append(row)

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, asked: Asked, *, most: int) -> list[Hit]:
        """At most `most` articles that hold enough of the words or speak of their aspects, the best first.

        Time grows with the articles that hold one of its rarest pairs.
        """
        scores, shares = self._score(asked.text)
        has_aspect = np.zeros(len(self), np.bool_)
        for aspect in asked.aspects:
            has_aspect[self._by_aspect.get(aspect, [])] = True
        is_found = ((shares >= asked.least) & (shares > 0) | has_aspect) & self._is_allowed(asked)
        nearness = np.minimum(1.0, shares + _BY_ASPECT * has_aspect)
        best = float(scores.max(initial=0.0)) or 1.0
        ranks = np.where(is_found, scores / best + shares + _BY_ASPECT * has_aspect, -1.0)
        n = min(most, int(is_found.sum()))
        if not n:
            return []
        top = np.argpartition(-ranks, n - 1)[:n]
        return [
            Hit(article_id=self._ids[row], rank=float(ranks[row]), nearness=float(nearness[row]))
            for row in top[np.argsort(-ranks[top], kind="stable")].tolist()
        ]

    def _score(self, text: str) -> tuple[Floats, Floats]:
        """For every article its score, and the share of what is asked that it holds."""
        scores, shares = np.zeros(len(self), np.float32), np.zeros(len(self), np.float32)
        pairs, _counts = list_pairs(codes_of(text))
        lows, highs = np.searchsorted(self._keys, pairs), np.searchsorted(self._keys, pairs, side="right")
        holders = highs - lows
        n = max(len(self), _AS_IF)
        rarity = np.log1p((n - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        rarity *= _importance(pairs)
        heavy = np.argsort(-rarity)[:_MOST_PAIRS]
        for place in heavy.tolist():
            rows = self._rows[lows[place] : highs[place]]
            weights = self._weights[lows[place] : highs[place]]
            scores[rows] += (
                rarity[place] * weights * (_SATURATION + 1) / (weights + _SATURATION * self._lengths[rows])
            )
            shares[rows] += rarity[place]
        total = float(rarity[heavy].sum())
        return scores, shares / np.float32(total) if total else shares

    def _is_allowed(self, asked: Asked) -> NDArray[np.bool_]:
        allowed = np.ones(len(self), np.bool_)
        if asked.unit_ids is not None:
            allowed = np.isin(self._units, [0, *asked.unit_ids])
        found: NDArray[np.bool_] = allowed & self._is_public if asked.is_public else allowed
        return found


def _importance(pairs: Keys) -> Floats:
    n = np.isin(pairs >> np.uint32(16), _ASKING).astype(np.int8) + np.isin(pairs & np.uint32(0xFFFF), _ASKING)
    return np.array([1.0, 0.4, 0.1], np.float32)[n]
