"""Opinions: pairs each thing spoken of with what is said of it, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.pairing import Pairs, pair
from zhiyin.understand.polarity import PolarityModel

# Weights of the evidence for an opinion's polarity, in log odds.
WORD_WEIGHT = 3.0
CLAUSE_WEIGHT = 0.6
NEUTRAL_BELOW = 0.8
_MENTION = 0.6
"""Confidence that a mere mention is neutral; 0.59 of such mentions of cars were."""
_WISHED = 0.1
# A clause is too short for the learned model to outvote a word and its negation.
_SUREST = 2.5

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """Opinions in order of text and place; offsets in the joined text, equal ones mark "none"."""

    text: Ints
    aspect: npt.NDArray[np.int32]
    polarity: npt.NDArray[np.int8]
    term_start: Ints
    term_end: Ints
    word_start: Ints
    word_end: Ints
    start: Ints
    end: Ints
    confidence: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.text)

    def take(self, rows: Ints) -> Opinions:
        """Return the opinions at `rows`."""
        return Opinions(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEvidence:
    """The opinion words of a batch with their polarity after negation, whether they have an aspect or not."""

    hits: Hits
    turned: npt.NDArray[np.float32]


def weigh_words(words: Hits, *, context: Context, table: WordTable) -> WordEvidence:
    """Return the polarity of each opinion word in its place, without regard to aspects."""
    sign = np.where(context.is_negated(words), -1.0, 1.0)
    wished = np.where(context.is_hypothetical(words, open_only=False), _WISHED, 1.0)
    polarity = table.polarity[words.name] * sign * wished
    return WordEvidence(hits=words, turned=polarity.astype(np.float32))


def read_opinions(
    hits: Hits,
    *,
    context: Context,
    table: WordTable,
    model: PolarityModel,
    sums: npt.NDArray[np.float64],
    starts: Ints,
) -> Opinions:
    """Return the opinions of a batch; `sums` are the model's prefix sums, `starts` the texts' beginnings."""
    is_event = (hits.kind == Kind.TERM) | ((hits.kind == Kind.WORD) & ~_runs_into_next(hits))
    rows = np.flatnonzero(is_event)
    events = hits.take(rows)
    pairs = pair(events, clauses=context.clauses, table=table)
    odds = _log_odds(pairs, events=events, context=context, table=table, model=model, sums=sums)
    return _settle(pairs, events=events, odds=odds, starts=starts)


def _runs_into_next(hits: Hits) -> npt.NDArray[np.bool_]:
    """Tell which opinion words share a sign with a later one, which is then the better reading (好好吃)."""
    words = np.flatnonzero(hits.kind == Kind.WORD)
    runs = np.zeros(len(hits), dtype=bool)
    overlaps = hits.end[words[:-1]] > hits.start[words[1:]]
    is_same = hits.end[words[:-1]] == hits.end[words[1:]]
    runs[words[:-1]] = overlaps & ~is_same
    return runs


def _log_odds(
    pairs: Pairs,
    *,
    events: Hits,
    context: Context,
    table: WordTable,
    model: PolarityModel,
    sums: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """Return the log odds of positive of each pair: its word in its place, and the model over its clause."""
    anchor = events.start[np.where(pairs.word >= 0, pairs.word, pairs.term)]
    clause = context.clauses.clause[anchor]
    begin, end = context.clauses.begin[clause], context.clauses.begin[clause + 1]
    n_signs = context.clauses.count_signs(clause)
    learned = model.log_odds(sums[end] - sums[begin], n_signs=n_signs).clip(-_SUREST, _SUREST)
    has_word = pairs.word >= 0
    words = events.take(np.maximum(pairs.word, 0))
    name = np.where(has_word, words.name, 0)
    beside = table.beside[name, pairs.aspect]
    polarity = np.where(np.isnan(beside), table.polarity[name], beside)
    polarity = np.where(context.is_negated(words), -polarity, polarity)
    # A wish or a memory takes the praise away; a mere possibility takes both.
    is_wished = context.is_hypothetical(words, open_only=False) & (polarity > 0)
    is_open = context.is_hypothetical(words, open_only=True)
    polarity = np.where(is_wished | is_open, polarity * _WISHED, polarity)
    learned = np.where(is_wished | is_open, learned * _WISHED, learned)
    odds = np.where(has_word, WORD_WEIGHT * polarity, 0.0) + CLAUSE_WEIGHT * learned
    return odds.astype(np.float32)


def _settle(pairs: Pairs, *, events: Hits, odds: npt.NDArray[np.float32], starts: Ints) -> Opinions:
    has_term, has_word = pairs.term >= 0, pairs.word >= 0
    term, word = np.maximum(pairs.term, 0), np.maximum(pairs.word, 0)
    term_start, term_end = events.start[term], events.end[term]
    word_start, word_end = events.start[word], events.end[word]
    term_start, term_end = (
        np.where(has_term, term_start, word_start),
        np.where(has_term, term_end, word_start),
    )
    word_start, word_end = np.where(has_word, word_start, term_end), np.where(has_word, word_end, term_end)
    start = np.where(has_term, np.minimum(term_start, word_start), word_start)
    end = np.maximum(term_end, word_end)
    # Without a judging word the clause's learned odds were wrong more often than "neutral".
    is_sided = has_word & (np.abs(odds) >= NEUTRAL_BELOW)
    polarity = np.where(is_sided, np.sign(odds), 0).astype(np.int8)
    strength = 1 / (1 + np.exp(-np.abs(odds)))
    confidence = np.where(is_sided, strength, np.where(has_word, 1.5 - strength, _MENTION))
    confidence = confidence.clip(0, 0.99).astype(np.float32)
    text = np.searchsorted(starts, start, side="right") - 1
    opinions = Opinions(
        text=text,
        aspect=pairs.aspect,
        polarity=polarity,
        term_start=term_start,
        term_end=term_end,
        word_start=word_start,
        word_end=word_end,
        start=start,
        end=end,
        confidence=confidence,
    )
    return _without_repeats(opinions, has_word=has_word, is_carried=pairs.is_carried)


def _without_repeats(
    opinions: Opinions, *, has_word: npt.NDArray[np.bool_], is_carried: npt.NDArray[np.bool_]
) -> Opinions:
    """Keep a mere mention, or a judgement carried over, only where it says something new of its aspect."""
    if not len(opinions):
        return opinions
    mention = opinions.text * (int(opinions.aspect.max()) + 1) + opinions.aspect
    judged = mention * 3 + (opinions.polarity + 1)
    weight = np.where(has_word, np.where(is_carried, 1, 0), 2)
    order = np.lexsort((opinions.start, weight, mention))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = mention[order][1:] != mention[order][:-1]
    keep = np.zeros(len(order), dtype=bool)
    keep[order] = is_first | (weight[order] == 0)
    carried = np.flatnonzero((weight == 1) & ~keep)
    plain = np.unique(judged[keep])
    keep[carried[~np.isin(judged[carried], plain)]] = True
    rows = np.flatnonzero(keep)
    return opinions.take(rows[np.argsort(opinions.start[rows], kind="stable")])
