"""Sentiment of whole texts: the learned polarity, the judgements found, and what can be said at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.balance import OPINION_WEIGHT, balance_of, judged_once, sides_of
from zhiyin.understand.clauses import Clauses
from zhiyin.understand.effects import Effects
from zhiyin.understand.idle import IdleTexts
from zhiyin.understand.lexicon import Hits
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.polarity import PolarityModel, PolarityReading
from zhiyin.understand.taught import outweigh

LABELS = ("positive", "neutral", "negative", "mixed")
POSITIVE, NEUTRAL, NEGATIVE, MIXED = range(4)
NONE = -1

# Weights of the model's sum of n-grams, of its clause cells and of the judgements' balance, near those
# that a logistic regression gives on texts that trained none of them (training/fit_blend.py).
_SUM_WEIGHT = 0.8
_CELLS_WEIGHT = 0.7
# What was learned from its kind of text stands for a part of what was learned from all.
_KIND_WEIGHT, _KIND_SHARE = 0.6, 0.38
_BALANCE_WEIGHT = 0.85
# Praise is told more briefly than blame, so that a text of which little is said is rather praise.
_LEAN = 0.05
# The learned model read Chinese reviews; of other languages only the judgements count.
_FOREIGN_BALANCE_WEIGHT = 2.2
# The model knows only praise and blame; a text without a judging word, or a question, is often neither.
_WITHOUT_JUDGEMENT = 0.4
# Who has not been there yet (听说味道不错，还没去) judges nothing, unless by what was seen already.
_UNTRIED, _SEEN = 0.15, 0.3
_JUDGES_NOTHING = -20.0
_NEUTRAL_BELOW = 0.4
# Where the cells were asked whether a text judges at all: what its side, and the opinions on that side less
# those against it, add to their answer.
_SIDE_JUDGES, _OPINION_JUDGES, _JUDGES_ABOVE = 0.5, 1.3, 1.3
# Of forum talk: what is left of that answer, and what the one counts that talk alone taught.
_TALK_KEEPS, _TALK_JUDGES = 0.8, 0.4
_MIXED_BELOW = 0.95
_MIXED_SHARE = 0.3
_SUREST = 4.0
_FEW_SIGNS = 20.0
_FEW_AGAINST = 25.0

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiments:
    """`label` indexes `LABELS` or is `NONE`; `score` -1 to 1; `confidence` 0 to 1."""

    label: npt.NDArray[np.int8]
    score: Floats
    confidence: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEvidence:
    """The opinion words of a batch, each with its polarity in its place and its weight in its text.

    `doubt` is the share of its clause that the learned model, which knows no turns, cannot be trusted with.
    """

    hits: Hits
    stated: Floats
    turned: Floats
    weight: Floats
    doubt: Floats


def weigh_words(words: Hits, *, effects: Effects, table: WordTable) -> WordEvidence:
    """Return the evidence of opinion words, whether they have an aspect or not."""
    stated = table.polarity[words.name]
    turned = effects.turn(stated)
    return WordEvidence(
        hits=words, stated=stated, turned=turned, weight=effects.weight(), doubt=effects.doubt(stated)
    )


def word_shares(words: WordEvidence, *, is_chinese: bool) -> Doubles:
    """Return the log odds that each word adds to the balance, for the words of a single text."""
    weight = _BALANCE_WEIGHT if is_chinese else _FOREIGN_BALANCE_WEIGHT
    n_words = np.maximum(np.count_nonzero(words.turned), 1)
    shares: Doubles = weight * (words.turned * words.weight).astype(np.float64) / np.sqrt(n_words)
    return shares


def stand_ins(opinions: Opinions, *, is_chinese: bool) -> tuple[Ints, Doubles]:
    """Return the opinions that stand in for words in a single text, and the log odds that each adds."""
    weight = _BALANCE_WEIGHT if is_chinese else _FOREIGN_BALANCE_WEIGHT
    rows = judged_once(opinions)
    judged = opinions.take(rows)
    n_judged = np.maximum((judged.confidence * np.abs(judged.polarity)).sum(), 1)
    shares: Doubles = weight * OPINION_WEIGHT * judged.confidence * judged.polarity / np.sqrt(n_judged)
    return rows, shares.astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvidence:
    """What decides the sentiment of each text, row for row.

    `learned` and `balance` are the log odds of positive that the model and the judging words add;
    `damping` is what is left of their sum where nothing judges, or the text asks. `good` and `bad` sum the
    confidence of the opinions, `by_opinion` tells where these stand in for judging words. `can_tell`: the
    language is known, or a judgement is. `judging` are the learned log odds that it judges at all, NaN where
    nothing was learned of that. `is_talk`: forum talk, where praise and blame are of different things.
    """

    learned: Doubles
    balance: Doubles
    damping: Doubles
    good: Doubles
    bad: Doubles
    n_words: Doubles
    by_opinion: npt.NDArray[np.bool_]
    can_tell: npt.NDArray[np.bool_]
    judging: Doubles
    is_talk: npt.NDArray[np.bool_]
    taught: Doubles | None = None
    """Log odds that people's corrections add to each label."""

    def contested(self) -> Doubles:
        """Return the share, 0 to 0.5, of the opinions that contradict the others."""
        contested: Doubles = np.minimum(self.good, self.bad) / np.maximum(self.good + self.bad, 1)
        return contested

    def odds(self) -> Doubles:
        """Return the log odds of positive."""
        # Plus 0: what is nothing has no side, not even by the sign of a zero.
        odds: Doubles = (self.learned + self.balance) * self.damping * (1 - self.contested()) + 0.0
        return odds

    def is_flat(self) -> npt.NDArray[np.bool_]:
        """Tell which texts judge nothing, whichever side their words lean to."""
        odds = self.learned + self.balance
        agreeing = np.where(odds >= 0, self.good - self.bad, self.bad - self.good)
        low = (np.abs(np.tanh(self.odds() / 2)) < _NEUTRAL_BELOW) & (
            (self.n_words == 0) | (np.abs(self.good - self.bad) <= 1)
        )
        said = _SIDE_JUDGES * np.abs(odds) + _OPINION_JUDGES * agreeing
        flat: npt.NDArray[np.bool_] = np.where(
            np.isnan(self.judging), low, self.judging + said < _JUDGES_ABOVE
        )
        return flat


def settle(evidence: TextEvidence) -> Sentiments:
    """Return the sentiment that the evidence leads to; none where nothing can be told."""
    score = np.tanh(evidence.odds() / 2).astype(np.float32)
    label = _labels(
        score, good=evidence.good, bad=evidence.bad, is_flat=evidence.is_flat(), is_talk=evidence.is_talk
    )
    confidence = _confidence(score, label=label)
    if evidence.taught is not None:
        label, score, confidence = outweigh(label, score=score, confidence=confidence, taught=evidence.taught)
    return Sentiments(
        label=np.where(evidence.can_tell, label, NONE).astype(np.int8),
        score=np.where(evidence.can_tell, score, 0).astype(np.float32),
        confidence=np.where(evidence.can_tell, confidence, 0).astype(np.float32),
    )


def weigh_texts(
    *,
    languages: npt.NDArray[np.str_],
    starts: Ints,
    clauses: Clauses,
    said: PolarityReading,
    model: PolarityModel,
    words: WordEvidence,
    opinions: Opinions,
    idle: IdleTexts,
) -> TextEvidence:
    """Return the evidence of every text."""
    n_texts, n_signs = len(starts) - 1, np.diff(starts) - 1
    learned, certain = _learned(words, clauses=clauses, said=said, starts=starts, model=model)
    good, bad = sides_of(opinions, n_texts=n_texts)
    balance, n_words, by_opinion = balance_of(words, starts=starts, good=good, bad=bad)
    is_chinese, is_said = languages == "zh", n_words > 0
    # Of a few signs the judging words say more than n-grams do.
    learned = np.where(is_said, learned * n_signs / (n_signs + _FEW_SIGNS), learned)
    # Against the judging words of a few signs its kind says less too.
    certain *= np.where(said.by_kind * balance < 0, n_signs / (n_signs + _FEW_AGAINST), 1.0)
    learned *= 1 - _KIND_SHARE * said.of_kind * certain
    learned += _KIND_WEIGHT * said.by_kind * certain
    is_asking = np.zeros(n_texts, dtype=bool)
    is_asking[idle.asking] = True
    damping = np.where(is_said, 1.0, _WITHOUT_JUDGEMENT)
    damping = np.where(is_asking & ~is_said, damping * _WITHOUT_JUDGEMENT, damping)
    untried = idle.untried[_count_seen(words, starts=starts)[idle.untried] == 0]
    damping[untried] *= _UNTRIED
    damping[idle.silent] = 0.0
    judging = np.where(is_chinese, _judging(said), np.nan)
    judging[untried] = judging[idle.silent] = _JUDGES_NOTHING
    return TextEvidence(
        learned=np.where(is_chinese, learned + _LEAN, 0.0),
        balance=np.where(is_chinese, _BALANCE_WEIGHT, _FOREIGN_BALANCE_WEIGHT) * balance,
        damping=damping,
        good=good,
        bad=bad,
        n_words=n_words,
        by_opinion=by_opinion,
        can_tell=is_chinese | (languages == "en") | ((languages == "und") & is_said),
        judging=judging,
        is_talk=is_chinese & (said.of_talk > 0.5),
        taught=said.taught.labels if said.taught else None,
    )


def _judging(said: PolarityReading) -> Doubles:
    """Return the log odds that each text judges; of talk partly those that talk alone taught."""
    return (
        said.judging * (1 - said.of_talk * (1 - _TALK_KEEPS))
        + _TALK_JUDGES * said.of_talk * said.judging_talk
    )


def _count_seen(words: WordEvidence, *, starts: Ints) -> Ints:
    """Return how many words of each text judge what the speaker has met, not only heard or hoped for."""
    seen = words.hits.start[np.abs(words.turned) >= _SEEN]
    return np.bincount(np.searchsorted(starts, seen, side="right") - 1, minlength=len(starts) - 1)


def _learned(
    words: WordEvidence,
    *,
    clauses: Clauses,
    said: PolarityReading,
    starts: Ints,
    model: PolarityModel,
) -> tuple[Doubles, Doubles]:
    """Return the model's log odds of each text, less what it read in clauses that words make doubtful.

    And the share of the text, 0 to 1, that stands outside of these.
    """
    n_texts, ends, sums = len(starts) - 1, starts[1:] - 1, said.sums
    n_signs = ends - starts[:-1]
    rows = np.flatnonzero(words.doubt)
    clause = clauses.clause[words.hits.start[rows]]
    order = np.lexsort((-words.doubt[rows], clause))
    chosen, first = np.unique(clause[order], return_index=True)
    kept = rows[order][first]
    begin, end, doubt = clauses.begin[chosen], clauses.begin[chosen + 1], words.doubt[kept]
    owner = np.searchsorted(starts, words.hits.start[kept], side="right") - 1
    doubted = np.bincount(owner, weights=(sums[end] - sums[begin]) * doubt, minlength=n_texts)
    share = np.bincount(owner, weights=clauses.count_signs(chosen) * doubt, minlength=n_texts)
    odds = model.log_odds(sums[ends] - sums[starts[:-1]] - doubted, n_signs=n_signs)
    empty = model.log_odds(np.zeros(n_texts), n_signs=n_signs)
    certain = 1 - (share / np.maximum(n_signs, 1)).clip(0, 1)
    learned = (odds - empty * (1 - certain)).clip(-_SUREST, _SUREST)
    return _SUM_WEIGHT * learned + _CELLS_WEIGHT * said.praise * certain, certain


def _labels(
    score: Floats,
    *,
    good: Doubles,
    bad: Doubles,
    is_flat: npt.NDArray[np.bool_],
    is_talk: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int8]:
    weaker = np.minimum(good, bad)
    is_mixed = (weaker >= _MIXED_SHARE * (good + bad)) & (weaker > 0.5) & (np.abs(score) < _MIXED_BELOW)
    is_mixed &= ~is_talk
    label = np.where(score >= 0, POSITIVE, NEGATIVE)
    label = np.where(is_flat, NEUTRAL, label)
    return np.where(is_mixed, MIXED, label).astype(np.int8)


def _confidence(score: Floats, *, label: npt.NDArray[np.int8]) -> Floats:
    """Belief behind the label: that of the side where it takes one, closeness to 0 where not."""
    distance = np.abs(score)
    sided = (1 + distance) / 2
    flat = 1 - distance / 2
    return np.where((label == NEUTRAL) | (label == MIXED), flat, sided).clip(0, 0.99).astype(np.float32)
