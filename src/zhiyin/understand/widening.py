"""Widens what the lists found: learned cues add aspects that no term names, and drop what only seems one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from zhiyin.understand.aspect_cues import JUDGED_SLACK, NEVER, CueHits, CueModel, Spans, cue_spans, load_cues
from zhiyin.understand.clauses import LATIN, Clauses
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.pairing import Pairs
from zhiyin.understand.taxonomy import BUILT_IN, Taxonomy, load_taxonomy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Columns = TypeVar("Columns", Hits, Pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The cues of a taxonomy: `aspect[column]` is its place in the tree, `column[aspect]` the way back or -1.

    An aspect whose words the house has changed keeps all that they find: `keep_from` is met by any score.
    """

    model: CueModel
    aspect: Ints
    column: Ints
    add_from: Floats
    keep_from: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened:
    """Events with the cues at their end (kind `CUE`, value: log odds that they add), and pairs of them.

    `sureness` is the belief, 0 to 1, that an added pair speaks of its aspect; 1 for all others.
    """

    events: Hits
    pairs: Pairs
    sureness: Floats


def bind_cues(taxonomy: Taxonomy) -> Cues | None:
    """Return the shipped cues for a taxonomy of a built-in one's name, None if its aspects have none."""
    model = load_cues(taxonomy.name) if taxonomy.name in BUILT_IN else None
    if model is None:
        return None
    places = {aspect.id: place for place, aspect in enumerate(taxonomy.aspects)}
    columns = [column for column, name in enumerate(model.aspects) if name in places]
    if not columns:
        return None
    shipped = set(load_taxonomy(taxonomy.name).aspects)
    aspect = np.full(len(model.aspects), -1, dtype=np.int64)
    aspect[columns] = [places[model.aspects[column]] for column in columns]
    column = np.full(len(taxonomy.aspects), -1, dtype=np.int64)
    column[aspect[columns]] = columns
    is_shipped = np.array([at >= 0 and taxonomy.aspects[at] in shipped for at in aspect], dtype=bool)
    return Cues(
        model=model,
        aspect=aspect,
        column=column,
        add_from=np.where(aspect >= 0, model.add_from, NEVER).astype(np.float32),
        keep_from=np.where(is_shipped, model.keep_from, -NEVER).astype(np.float32),
    )


def widen(
    pairs: Pairs,
    *,
    events: Hits,
    cues: Cues | None,
    clauses: Clauses,
    codes: npt.NDArray[np.uint32],
    table: WordTable,
    told: Bools,
) -> Widened:
    """Return the pairs after the cues of their clauses were heard; `told` ones are judged without a word."""
    if cues is None or not len(codes):
        return Widened(events=events, pairs=pairs, sureness=np.ones(len(pairs.word), dtype=np.float32))
    of_event = clauses.clause[events.start].astype(np.int64)
    of_pair = of_event[np.where(pairs.word >= 0, pairs.word, pairs.term)]
    of_word = np.where(events.kind == Kind.WORD, of_event, -1)
    spans, number = _heard(of_pair, of_word=of_word, cues=cues, clauses=clauses)
    hits = cues.model.find(codes, spans=spans)
    scores = cues.model.scores(hits, spans=spans)
    place, column = number[of_pair], cues.column[pairs.aspect]
    slack = np.where(told, np.inf, slack_of(pairs, events=events, classes=clauses.classes, table=table))
    bar = cues.keep_from[column] - slack
    is_kept = (column < 0) | (place < 0) | (scores[place, column] >= bar)
    bar = np.repeat(cues.add_from[None, :], len(scores), axis=0)
    bar[place[column >= 0], column[column >= 0]] = NEVER
    span, column = np.nonzero(scores >= bar)
    if not len(span) and is_kept.all():
        return Widened(events=events, pairs=pairs, sureness=np.ones(len(pairs.word), dtype=np.float32))
    cue = _strongest(hits, span=span, column=column, spans=spans, cues=cues)
    clause = clauses.clause[spans.begin[span]].astype(np.int64)
    word = _words_for(clause, of_word=of_word, pairs=pairs, events=events, table=table)
    # A judgement that was ascribed to the rest, for want of anything better, has found its aspect.
    is_kept &= ~(np.isin(pairs.word, word[word >= 0]) & _is_rest(pairs, events=events, table=table))
    kept = pairs.take(np.flatnonzero(is_kept))
    added = Pairs(
        term=len(events) + np.arange(len(span)),
        word=word,
        aspect=cues.aspect[column].astype(np.int32),
        is_carried=np.zeros(len(span), dtype=bool),
    )
    sureness = 1 / (1 + np.exp(-scores[span, column]))
    return Widened(
        events=_concatenate(events, cue),
        pairs=_concatenate(kept, added),
        sureness=np.concatenate((np.ones(len(kept.word)), sureness)).astype(np.float32),
    )


def slack_of(
    pairs: Pairs, *, events: Hits, classes: npt.NDArray[np.uint8], table: WordTable
) -> npt.NDArray[np.float64]:
    """Return what the score of each pair may fall short of the bar: nothing for a mere mention.

    A word that by itself or beside its term speaks of the aspect needs no cue, nor one whose term stands in a
    clause before; and cues know Chinese only.
    """
    if not len(pairs.word):
        return np.zeros(0)
    has_word = pairs.word >= 0
    name = np.where(has_word, events.name[pairs.word], 0)
    is_sure = has_word & ((table.implied[name] == pairs.aspect) | ~np.isnan(table.beside[name, pairs.aspect]))
    is_sure |= pairs.is_carried
    is_sure |= (classes[events.start[np.where(has_word, pairs.word, pairs.term)]] & LATIN) != 0
    slack: npt.NDArray[np.float64] = np.where(is_sure, np.inf, np.where(has_word, JUDGED_SLACK, 0.0))
    return slack


def _heard(of_pair: Ints, *, of_word: Ints, cues: Cues, clauses: Clauses) -> tuple[Spans, Ints]:
    """Return the clauses to hear the cues of, and for every clause its number among them, or -1."""
    n_clauses = len(clauses.begin) - 1
    is_heard = np.zeros(n_clauses, dtype=bool)
    if cues.model.hears_all:
        is_heard[:] = True
    else:
        is_heard[of_pair] = True
        is_heard[of_word[of_word >= 0]] = True
    spans = cue_spans(np.flatnonzero(is_heard), clauses=clauses)
    is_heard[np.flatnonzero(is_heard)[spans.end <= spans.begin]] = False
    number = np.where(is_heard, np.cumsum(is_heard) - 1, -1)
    return cue_spans(np.flatnonzero(is_heard), clauses=clauses), number


def _strongest(hits: CueHits, *, span: Ints, column: Ints, spans: Spans, cues: Cues) -> Hits:
    """Return for each aspect to add the n-gram of its span that says so most."""
    order = np.argsort(hits.span, kind="stable")
    first = np.searchsorted(hits.span[order], span, side="left")
    last = np.searchsorted(hits.span[order], span, side="right")
    counts = last - first
    owner = np.repeat(np.arange(len(span)), counts)
    at = order[np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts - first, counts)]
    weight = cues.model.weights[column[owner], hits.row[at]].astype(np.int64)
    best = np.lexsort((at, -weight, owner))
    chosen = best[np.searchsorted(owner[best], np.arange(len(span)))]
    roots = np.sqrt(spans.end[span] - spans.begin[span])
    return Hits(
        kind=np.full(len(span), Kind.CUE, dtype=np.int8),
        name=cues.aspect[column].astype(np.int32),
        value=(cues.model.scale * weight[chosen] / roots).astype(np.float32),
        start=hits.start[at[chosen]],
        end=hits.end[at[chosen]],
    )


def _words_for(clause: Ints, *, of_word: Ints, pairs: Pairs, events: Hits, table: WordTable) -> Ints:
    """Return for each clause a word that judges by itself, one that has no aspect yet rather than another.

    -1 stands for none.
    """
    words = np.flatnonzero(of_word >= 0)
    words = words[(table.polarity[events.name[words]] != 0) & (table.implied[events.name[words]] < 0)]
    if not len(words):
        return np.full(len(clause), -1)
    is_taken = np.isin(words, pairs.word[~_is_rest(pairs, events=events, table=table)])
    words = words[np.lexsort((words, is_taken, of_word[words]))]
    at = np.minimum(np.searchsorted(of_word[words], clause), len(words) - 1)
    return np.where(of_word[words[at]] == clause, words[at], -1)


def _is_rest(pairs: Pairs, *, events: Hits, table: WordTable) -> Bools:
    """Tell which pairs are judgements on nothing that is named."""
    name = events.name[np.maximum(pairs.word, 0)]
    is_rest: Bools = (pairs.term < 0) & (pairs.word >= 0) & (table.implied[name] < 0)
    return is_rest


def _concatenate(first: Columns, second: Columns) -> Columns:
    return type(first)(
        **{
            field.name: np.concatenate((getattr(first, field.name), getattr(second, field.name)))
            for field in fields(first)
        }
    )
