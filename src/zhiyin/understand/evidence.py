"""What decides the polarity of an opinion: its word in its place, its clause, or that it is named at all."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import Context
from zhiyin.understand.effects import SUPPOSED, Effects, is_regretted
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.outcomes import find_broken
from zhiyin.understand.pairing import Pairs
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.taught import TaughtReading

# Weights of the evidence for an opinion's polarity, in log odds.
WORD_WEIGHT = 3.0
CLAUSE_WEIGHT = 0.6
_PRAISED = 0.3
"""Polarity of what is praised by naming it."""
_MISSED = -0.5
"""Polarity of what is named as missing (要是有停车场就好了) or as promised and not given."""
# A clause is too short for the learned model to outvote a word and its negation.
_SUREST = 2.5

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What decides an opinion's polarity.

    `stated` is its word's own polarity beside its term, `turned` the same in its place (`WORD_WEIGHT`
    log odds a unit); `learned` the model's log odds of the clause (`CLAUSE_WEIGHT`), already weakened
    where the word is only wished for; `taught` the log odds that people's corrections add.
    """

    stated: Floats
    turned: Floats
    learned: Floats
    taught: Floats
    effects: Effects

    def odds(self) -> Floats:
        """Return the log odds of positive."""
        return (WORD_WEIGHT * self.turned + CLAUSE_WEIGHT * self.learned + self.taught).astype(np.float32)

    def take(self, rows: Ints) -> Evidence:
        """Return the evidence at `rows`."""
        return Evidence(
            **{
                field.name: getattr(self, field.name)[rows]
                for field in fields(self)
                if field.name != "effects"
            },
            effects=self.effects.take(rows),
        )


def clauses_of(pairs: Pairs, *, events: Hits, context: Context) -> tuple[Ints, Ints, Ints]:
    """Return where the clause of each pair begins and ends, and its number of signs."""
    anchor = events.start[np.where(pairs.word >= 0, pairs.word, pairs.term)]
    clause = context.clauses.clause[anchor]
    return (
        context.clauses.begin[clause],
        context.clauses.begin[clause + 1],
        context.clauses.count_signs(clause),
    )


def read_taught(pairs: Pairs, *, events: Hits, context: Context, taught: TaughtReading | None) -> Floats:
    """Return the log odds that people's corrections add to the clause of each pair."""
    if taught is None:
        return np.zeros(len(pairs.word), dtype=np.float32)
    begin, end, n_signs = clauses_of(pairs, events=events, context=context)
    return taught.of_stretches(begin, end, n_signs=n_signs).astype(np.float32)


def read_clauses(
    pairs: Pairs, *, events: Hits, context: Context, model: PolarityModel, sums: npt.NDArray[np.float64]
) -> Floats:
    """Return the model's log odds of the clause of each pair; none of what is only named in a wish."""
    begin, end, n_signs = clauses_of(pairs, events=events, context=context)
    learned = model.log_odds(sums[end] - sums[begin], n_signs=n_signs).clip(-_SUREST, _SUREST)
    bare = np.flatnonzero(pairs.word < 0)
    wished = context.is_hypothetical(events.take(pairs.term[bare]), open_only=False)
    learned[bare[wished]] = 0.0
    return learned


def weigh(
    pairs: Pairs,
    *,
    events: Hits,
    effects: Effects,
    learned: Floats,
    mentioned: Floats,
    taught: Floats,
    table: WordTable,
) -> Evidence:
    """Return the evidence of each pair; `effects` are those on its word, and mean nothing without one."""
    has_word = pairs.word >= 0
    name = np.where(has_word, events.name[pairs.word], 0) if len(events) else pairs.word
    beside = table.beside[name, pairs.aspect]
    stated = np.where(np.isnan(beside), table.polarity[name], beside)
    is_middling = has_word & table.is_middling[name] & np.isnan(beside)
    stated = np.where(is_middling, 0.0, np.where(has_word, stated, mentioned)).astype(np.float32)
    learned = np.where((mentioned != 0) | is_middling, 0.0, learned)
    # A judgement only thought of says nothing through its clause either; n-grams know no 不差 and 没失望.
    is_doubtful = effects.supposed | effects.wished | effects.hearsay | effects.mocked | effects.overturned
    learned = learned * (1 - effects.doubt(stated))
    return Evidence(
        stated=stated,
        turned=effects.turn(stated),
        learned=np.where(is_doubtful, learned * SUPPOSED, learned).astype(np.float32),
        taught=taught,
        effects=effects,
    )


def weigh_mentions(
    pairs: Pairs, *, events: Hits, hits: Hits, context: Context, effects: Effects, table: WordTable
) -> Floats:
    """Return the polarity of what is judged by being named, 0 for all others.

    `effects` are those on all opinion words of the batch.
    """
    mentioned = np.zeros(len(pairs.word), dtype=np.float32)
    rows = np.flatnonzero(pairs.word < 0)
    terms = events.take(pairs.term[rows])
    wished = context.is_hypothetical(terms, open_only=False)
    missed = is_regretted(terms, marks=hits.of(Kind.CLOSING), wished=wished, context=context)
    polarity = effects.turn(table.polarity[context.words.name])
    missed |= find_broken(terms, polarity=polarity, judging=context.words, hits=hits, context=context)
    praised = np.where(table.praises[pairs.aspect[rows]], _PRAISED, 0.0)
    mentioned[rows] = np.where(missed, _MISSED, praised)
    return mentioned
