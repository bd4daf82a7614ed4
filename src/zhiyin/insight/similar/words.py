"""How much words weigh, and how near two texts are by them: TF-IDF over pairs of neighbouring signs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.search.folding import fold_codes
from zhiyin.insight.search.index.chunk import NO_PLACE, OTHER, Chunk, Codes, Longs, Words

Weights = NDArray[np.float64]

_CHINESE = (0x4E00, 0x9FFF)


def codes_of(text: str) -> Codes:
    """The folded text as the index holds it."""
    wide = fold_codes(text)
    return np.where(wide > NO_PLACE, OTHER, wide).astype(np.uint16)


def list_pairs(codes: Codes) -> tuple[Words, Longs]:
    """The pairs of signs that belong to words, each once, and how often each stands in the text."""
    is_word = _is_word(codes)
    here = np.flatnonzero(is_word[:-1] & is_word[1:])
    keys = codes[here].astype(np.uint32) << np.uint32(16) | codes[here + 1]
    pairs, counts = np.unique(keys, return_counts=True)
    return pairs, counts


def count_holders(chunks: Sequence[Chunk], pairs: Words) -> Longs:
    """In how many voices each pair stands."""
    found = np.zeros(len(pairs), np.int64)
    for chunk in chunks:
        places = np.searchsorted(chunk.pairs, pairs)
        places = np.minimum(places, max(0, len(chunk.pairs) - 1))
        if len(chunk.pairs):
            sizes = chunk.starts[places + 1].astype(np.int64) - chunk.starts[places]
            found += np.where(chunk.pairs[places] == pairs, sizes, 0)
    return found


def weigh(counts: Longs, holders: Longs, *, n_voices: int) -> Weights:
    """Weights of the pairs of one text: often in it and rare elsewhere weighs most; length 1 in all."""
    rarity = np.log((n_voices + 1) / (holders + 0.5))
    weights: Weights = (1 + np.log(counts)) * np.maximum(rarity, 0.0)
    norm = float(np.sqrt((weights**2).sum()))
    return weights / norm if norm else weights


def cosine(pairs: Words, weights: Weights, other_pairs: Words, other_weights: Weights) -> float:
    """From 0 for no pair in common to 1 for the same ones as often."""
    _, here, there = np.intersect1d(pairs, other_pairs, assume_unique=True, return_indices=True)
    return float(weights[here] @ other_weights[there])


def _is_word(codes: Codes) -> NDArray[np.bool_]:
    is_chinese = (codes >= _CHINESE[0]) & (codes <= _CHINESE[1])
    is_letter = (codes >= ord("a")) & (codes <= ord("z"))
    is_digit = (codes >= ord("0")) & (codes <= ord("9"))
    found: NDArray[np.bool_] = is_chinese | is_letter | is_digit
    return found
