"""Opinions: pairs each thing spoken of with what is said of it, clause by clause."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import SOFT
from zhiyin.understand.context import Context
from zhiyin.understand.effects import Effects
from zhiyin.understand.evidence import Evidence, read_clauses, read_taught, weigh, weigh_mentions
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import AFTER_OTHERS
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.pairing import Pairs, pair, spread
from zhiyin.understand.polarity import PolarityModel, PolarityReading
from zhiyin.understand.text.signs import are_any_of
from zhiyin.understand.widening import Cues, widen

NEUTRAL_BELOW = 0.8
SIDED_MENTION = 1.2
_MENTION = 0.6
"""Confidence that a mere mention is neutral; 0.59 of such mentions of cars were."""
_REST = 0.6
_FINAL_SIGNS = "的了啊哦吧啦呀呢哈嘛噢喔滴(^\n \"'"

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


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
class JudgedOpinions:
    """Opinions with what decided each: its pair of events, and its evidence, row for row."""

    opinions: Opinions
    events: Hits
    pairs: Pairs
    evidence: Evidence


def read_opinions(
    hits: Hits,
    *,
    context: Context,
    effects: Effects,
    table: WordTable,
    model: PolarityModel,
    said: PolarityReading,
    starts: Ints,
    cues: Cues | None,
) -> JudgedOpinions:
    """Return the opinions of a batch.

    `effects` are those on the opinion words among `hits`, `said` what it read, `starts` the
    texts' beginnings, `cues` the learned ones of the taxonomy if it has any.
    """
    is_word = hits.kind == Kind.WORD
    rows = np.flatnonzero((hits.kind == Kind.TERM) | is_word)
    events, word_of = hits.take(rows), (np.cumsum(is_word) - 1)[rows]
    contrasts = hits.of(Kind.CONTRAST)
    barriers = contrasts.start[contrasts.value == AFTER_OTHERS]
    pairs = spread(
        pair(events, clauses=context.clauses, barriers=barriers, starts=starts, table=table),
        events=events,
        table=table,
    )
    n_hits = len(events)
    told = weigh_mentions(pairs, events=events, hits=hits, context=context, effects=effects, table=table)
    widened = widen(
        pairs,
        events=events,
        cues=cues,
        clauses=context.clauses,
        codes=context.codes,
        table=table,
        told=told < 0,
    )
    events, pairs = widened.events, widened.pairs
    learned = read_clauses(pairs, events=events, context=context, model=model, sums=said.sums)
    place = np.where(pairs.word >= 0, word_of[pairs.word], -1) if n_hits else pairs.word
    mentioned = weigh_mentions(pairs, events=events, hits=hits, context=context, effects=effects, table=table)
    evidence = weigh(
        pairs,
        events=events,
        effects=effects.take(place),
        learned=learned,
        mentioned=mentioned,
        taught=read_taught(pairs, events=events, context=context, taught=said.taught),
        table=table,
    )
    judged = (pairs.word >= 0) | (mentioned != 0)
    opinions = _settle(
        pairs, events=events, odds=evidence.odds(), is_judged=judged, starts=starts, table=table
    )
    opinions = replace(opinions, confidence=opinions.confidence * widened.sureness)
    kept = _without_repeats(opinions, has_word=pairs.word >= 0, is_carried=pairs.is_carried)
    return JudgedOpinions(
        opinions=opinions.take(kept), events=events, pairs=pairs.take(kept), evidence=evidence.take(kept)
    )


def without_absorbed(
    hits: Hits, *, classes: npt.NDArray[np.uint8], codes: npt.NDArray[np.uint32], table: WordTable
) -> Hits:
    """Return the hits less the opinion words that are none in their place.

    That is those that belong to a later one (好 in 好吵 and in 好好吃), and those that judge at the end
    of a clause only (可以停车).
    """
    words = np.flatnonzero(hits.kind == Kind.WORD)
    gap = hits.start[words[1:]] - hits.end[words[:-1]]
    is_same = hits.end[words[:-1]] == hits.end[words[1:]]
    is_degree = table.is_degree[hits.name[words[:-1]]]
    is_latin = hits.end[words[:-1]] - hits.start[words[:-1]] > 1
    absorbed = words[:-1][((gap < 0) & ~is_same) | (is_degree & (gap <= is_latin))]
    final = words[table.is_final[hits.name[words]]]
    after = hits.end[final]
    ends = ((classes[after] & SOFT) != 0) | are_any_of(codes[after], _FINAL_SIGNS)
    absorbed = np.concatenate((absorbed, final[~ends]))
    if not len(absorbed):
        return hits
    keep = np.ones(len(hits), dtype=bool)
    keep[absorbed] = False
    return hits.take(np.flatnonzero(keep))


def sides(odds: npt.NDArray[np.floating], *, has_word: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Return the side, -1 to 1, that log odds of positive lead to."""
    # Without a judging word the clause's learned odds are right more often than "neutral" only if sure.
    is_sided = np.abs(odds) >= np.where(has_word, NEUTRAL_BELOW, SIDED_MENTION)
    return np.where(is_sided, np.sign(odds), 0).astype(np.int8)


def _settle(
    pairs: Pairs,
    *,
    events: Hits,
    odds: Floats,
    is_judged: npt.NDArray[np.bool_],
    starts: Ints,
    table: WordTable,
) -> Opinions:
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
    polarity = sides(odds, has_word=is_judged)
    is_sided = polarity != 0
    strength = 1 / (1 + np.exp(-np.abs(odds)))
    confidence = np.where(is_sided, strength, np.where(has_word, 1.5 - strength, _MENTION))
    # Nothing is named: the word speaks of the whole, or of something that the taxonomy does not know.
    is_rest = ~has_term & (table.implied[events.name[word]] < 0)
    confidence = np.where(is_rest, confidence * _REST, confidence).clip(0, 0.99).astype(np.float32)
    text = np.searchsorted(starts, start, side="right") - 1
    return Opinions(
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


def _without_repeats(
    opinions: Opinions, *, has_word: npt.NDArray[np.bool_], is_carried: npt.NDArray[np.bool_]
) -> Ints:
    """Return the rows to keep, by place: a mere mention only where nothing else is said of its aspect.

    A judgement carried over is kept where it says something new.
    """
    if not len(opinions):
        return np.zeros(0, dtype=np.int64)
    mention = opinions.text * (int(opinions.aspect.max()) + 1) + opinions.aspect
    judged = mention * 3 + (opinions.polarity + 1)
    weight = np.where(has_word, np.where(is_carried, 1, 0), 2)
    stretch = int(opinions.start.max()) + 1
    order = np.argsort((mention * 3 + weight) * stretch + opinions.start, kind="stable")
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = mention[order][1:] != mention[order][:-1]
    keep = np.zeros(len(order), dtype=bool)
    keep[order] = is_first | (weight[order] == 0)
    carried = np.flatnonzero((weight == 1) & ~keep)
    plain = np.append(np.sort(judged[keep], kind="stable"), -1)
    is_said = plain[np.searchsorted(plain[:-1], judged[carried])] == judged[carried]
    keep[carried[~is_said]] = True
    rows = np.flatnonzero(keep)
    return rows[np.argsort(opinions.start[rows], kind="stable")]
