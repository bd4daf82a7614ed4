"""Sentiment of whole texts: the learned polarity, the judgements found, and what can be said at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.opinions import Opinions, WordEvidence
from zhiyin.understand.polarity import PolarityModel

LABELS = ("positive", "neutral", "negative", "mixed")
POSITIVE, NEUTRAL, NEGATIVE, MIXED = range(4)
NONE = -1

# The learned model read Chinese reviews; of other languages only the judgements count.
_LEXICON_WEIGHT = 2.2
_LEARNED_SHARE = 0.35
_NEUTRAL_BELOW = 0.3
_MIXED_BELOW = 0.85
_MIXED_SHARE = 0.3

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiments:
    """`label` indexes `LABELS` or is `NONE`; `score` -1 to 1; `confidence` 0 to 1."""

    label: npt.NDArray[np.int8]
    score: Floats
    confidence: Floats


def judge(
    *,
    languages: npt.NDArray[np.str_],
    starts: Ints,
    sums: npt.NDArray[np.float64],
    model: PolarityModel,
    words: WordEvidence,
    opinions: Opinions,
) -> Sentiments:
    """Return the sentiment of every text; none where neither Chinese nor a known judgement is found."""
    n_texts = len(starts) - 1
    ends = starts[1:] - 1
    learned = model.log_odds(sums[ends] - sums[starts[:-1]], n_signs=ends - starts[:-1])
    owner = np.searchsorted(starts, words.hits.start, side="right") - 1
    n_words = np.bincount(owner, minlength=n_texts)
    balance = np.bincount(owner, weights=words.turned, minlength=n_texts) / np.sqrt(np.maximum(n_words, 1))
    is_chinese = languages == "zh"
    odds = np.where(is_chinese, learned + _LEARNED_SHARE * balance, _LEXICON_WEIGHT * balance)
    can_tell = is_chinese | (np.isin(languages, ("en", "und")) & (n_words > 0))
    score = np.tanh(odds / 2).astype(np.float32)
    label = _labels(score, opinions=opinions, has_words=n_words > 0)
    confidence = _confidence(score, label=label)
    return Sentiments(
        label=np.where(can_tell, label, NONE).astype(np.int8),
        score=np.where(can_tell, score, 0).astype(np.float32),
        confidence=np.where(can_tell, confidence, 0).astype(np.float32),
    )


def _labels(score: Floats, *, opinions: Opinions, has_words: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    n_texts = len(score)
    judged = opinions.take(np.flatnonzero(opinions.word_end > opinions.word_start))
    weight = judged.confidence
    good = np.bincount(judged.text, weights=weight * (judged.polarity > 0), minlength=n_texts)
    bad = np.bincount(judged.text, weights=weight * (judged.polarity < 0), minlength=n_texts)
    is_two_sided = np.minimum(good, bad) >= _MIXED_SHARE * np.maximum(good + bad, 1e-9)
    is_mixed = is_two_sided & (np.minimum(good, bad) > 0.5) & (np.abs(score) < _MIXED_BELOW)
    is_flat = (np.abs(score) < _NEUTRAL_BELOW) & ~(has_words & (np.abs(good - bad) > 1))
    label = np.where(score >= 0, POSITIVE, NEGATIVE)
    label = np.where(is_flat, NEUTRAL, label)
    return np.where(is_mixed, MIXED, label).astype(np.int8)


def _confidence(score: Floats, *, label: npt.NDArray[np.int8]) -> Floats:
    """Share of the model's belief behind the label: its odds where it takes a side, closeness to 0 where not."""
    distance = np.abs(score)
    sided = (1 + distance) / 2
    flat = 1 - distance / 2
    return np.where((label == NEUTRAL) | (label == MIXED), flat, sided).clip(0, 0.99).astype(np.float32)
