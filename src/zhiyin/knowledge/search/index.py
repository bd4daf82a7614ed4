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
class Hit:
    """An article of the index: `score` orders; `share` (0 to 1) is how much of what was asked it holds."""

    article_id: int
    score: float
    share: float
    shared_aspects: int


class Index:
    """The documents, turned round: for each pair the articles that hold it."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = list(documents)
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

    def __len__(self) -> int:
        return len(self.documents)

    def find(
        self, text: str, *, aspects: frozenset[str], allowed: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The articles that hold something of what is asked, or speak of its aspects; in no order.

        `allowed` masks the documents. Time grows with the articles that hold one of its rarest pairs.
        """
        scores = np.zeros(len(self.documents), np.float32)
        shares = np.zeros(len(self.documents), np.float32)
        pairs, _counts = list_pairs(codes_of(text))
        lows, highs = np.searchsorted(self._keys, pairs), np.searchsorted(self._keys, pairs, side="right")
        holders = highs - lows
        n = max(len(self.documents), _AS_IF)
        rarity = np.log1p((n - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        rarity *= _importance(pairs)
        heavy = np.argsort(-rarity)[:_MOST_PAIRS]
        total = float(rarity[heavy].sum())
        for place in heavy.tolist():
            low, high = int(lows[place]), int(highs[place])
            if low == high:
                continue
            rows, weights = self._rows[low:high], self._weights[low:high]
            scores[rows] += (
                rarity[place] * weights * (_SATURATION + 1) / (weights + _SATURATION * self._lengths[rows])
            )
            shares[rows] += rarity[place]
        shared = self._shared(aspects)
        is_found = (shares > 0) | (shared > 0)
        if allowed is not None:
            is_found &= allowed
        return [
            Hit(
                article_id=self.documents[row].article_id,
                score=float(scores[row]),
                share=float(shares[row]) / total if total else 0.0,
                shared_aspects=int(shared[row]),
            )
            for row in np.flatnonzero(is_found).tolist()
        ]

    def _shared(self, aspects: frozenset[str]) -> NDArray[np.int32]:
        shared = np.zeros(len(self.documents), np.int32)
        if aspects:
            for row, one in enumerate(self.documents):
                if one.aspects and not aspects.isdisjoint(one.aspects):
                    shared[row] = len(aspects & one.aspects)
        return shared


def _importance(pairs: Keys) -> Floats:
    n = np.isin(pairs >> np.uint32(16), _ASKING).astype(np.int8) + np.isin(pairs & np.uint32(0xFFFF), _ASKING)
    return np.array([1.0, 0.4, 0.1], np.float32)[n]
