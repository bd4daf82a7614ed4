"""What the words around an opinion word make of it: negation, wish, mockery, hearsay, concession."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from zhiyin.understand.context import NEGATIVE_SIGNS, Context
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.files import AFTER_BUT, AFTER_THOUGH, CONFIRMED
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.mockery import find_mocked
from zhiyin.understand.nearness import has_after, has_before, has_before_in_clause
from zhiyin.understand.outcomes import find_overturned
from zhiyin.understand.text.signs import are_any_of

SUPPOSED = 0.1
"""What is left of a judgement that is only thought of, wished for or heard."""
REGRETTED = 0.5
"""要是便宜点就好了 blames, though less than 贵."""
OVERTURNED = 0.6
"""What is left, on the other side, of a judgement that was expected or promised and came out otherwise."""
CONCEDED, BEFORE_BUT, STRESSED = 0.25, 0.7, 1.4
"""Weights in the sentiment of the text of what is granted, of what 但是 outweighs, and of what follows it."""
DOUBT_NEGATED, DOUBT_CONCEDED, DOUBT_UNREAL, DOUBT_CANCELLED = 0.3, 0.5, 0.85, 0.95
_CORRECTING = "是而简根"
_AND_YET = "是归倒也确实"
_AND_YET_REACH = 2
_ASKING = ord("吗")
_SHORT_QUESTION = 5
_RHETORIC = tuple(map(ord, "这也叫还算能会难不没就你"))
"""Signs before 好吃吗 that make of a question a statement."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """For every opinion word of a batch, in order, what holds of it.

    `negated`: a negation turns it; `negated_back`: two cancel each other out; `holds_negation`: it begins
    with one (不掉色). `mocked`: praise meant as blame (呵呵, "好", a rhetorical question). `regretted`: part
    of 要是…就好了. `supposed`: it has not happened (如果, 担心). `wished`: it is past, wished or promised.
    `hearsay`: others say so and the speaker disagrees. `overturned`: it was expected, promised or heard, and
    came out otherwise. `corrected`: 不是贵，是离谱. `conceded`: granted after 虽然; `outweighed` stands
    before 但是, `stressed` after it.
    """

    negated: Bools
    negated_back: Bools
    holds_negation: Bools
    mocked: Bools
    regretted: Bools
    supposed: Bools
    wished: Bools
    hearsay: Bools
    overturned: Bools
    corrected: Bools
    conceded: Bools
    outweighed: Bools
    stressed: Bools

    def take(self, rows: Ints) -> Effects:
        """Return the effects at `rows`; -1 stands for no word, of which nothing holds."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return Effects(**{name: np.append(column, False)[rows] for name, column in columns.items()})

    def turn(self, polarity: Floats) -> Floats:
        """Return the polarity, -1 to 1, after all that turns or weakens it."""
        turned = np.where(self.negated, -polarity, polarity)
        turned = np.where(self.mocked & (turned > 0), -turned, turned)
        is_weak = self.supposed | self.hearsay | self.corrected | (self.wished & (turned > 0))
        weakened = np.where(is_weak, turned * SUPPOSED, turned)
        weakened = np.where(self.overturned, -OVERTURNED * turned, weakened)
        return np.where(self.regretted, -REGRETTED * np.abs(turned), weakened).astype(np.float32)

    def weight(self) -> Floats:
        """Return what each word weighs in the sentiment of its text."""
        weight = np.where(self.stressed, STRESSED, np.where(self.outweighed, BEFORE_BUT, 1.0))
        return np.where(self.conceded, CONCEDED, weight).astype(np.float32)

    def doubt(self, polarity: Floats) -> Floats:
        """Return the share of its clause, 0 to 1, of which n-grams alone say the wrong thing.

        They know 不好吃, which is frequent, better than 没失望.
        """
        doubt = np.where(self.wished, DOUBT_NEGATED, 0.0)
        doubt = np.where(self.holds_negation & (polarity > 0), DOUBT_CONCEDED, doubt)
        doubt = np.where(self.negated, np.where(polarity < 0, DOUBT_UNREAL, DOUBT_NEGATED), doubt)
        doubt = np.where(self.conceded, DOUBT_CONCEDED, doubt)
        is_unreal = self.supposed | self.hearsay | self.mocked | self.regretted
        is_unreal |= self.overturned | self.corrected
        doubt = np.where(is_unreal, DOUBT_UNREAL, doubt)
        return np.where(self.negated_back, DOUBT_CANCELLED, doubt).astype(np.float32)


def read_effects(
    words: Hits, *, hits: Hits, context: Context, codes: npt.NDArray[np.uint32], table: WordTable
) -> Effects:
    """Return the effects on `words`, opinion words among the `hits` of a batch, whose signs are `codes`."""
    contrasts = hits.of(Kind.CONTRAST)
    but = contrasts.take(np.flatnonzero(contrasts.value == AFTER_BUT))
    though = contrasts.take(np.flatnonzero(contrasts.value == AFTER_THOUGH))
    wished = context.is_hypothetical(words, open_only=False)
    clause = context.clauses.clause
    n_negations, denied = context.count_negations(words), _is_denied(words, marks=hits.of(Kind.DENIAL))
    conceded = np.isin(clause[words.start], clause[though.start]) | _is_granted(words, codes=codes)
    stressed = has_before(words, marks=but, clauses=context.clauses)
    stressed |= has_before(words, marks=though, clauses=context.clauses) & ~conceded
    negated = (n_negations == 1) ^ denied
    stated = np.where(negated, -1, 1) * table.polarity[words.name]
    return Effects(
        negated=negated,
        negated_back=n_negations > 1,
        holds_negation=are_any_of(codes[words.start], NEGATIVE_SIGNS),
        mocked=find_mocked(
            words, polarity=stated, hits=hits, but=but, clauses=context.clauses, codes=codes, table=table
        ),
        regretted=is_regretted(words, marks=hits.of(Kind.CLOSING), wished=wished, context=context),
        supposed=context.is_hypothetical(words, open_only=True)
        | _is_asked(words, context=context, codes=codes),
        wished=wished,
        hearsay=_is_hearsay(words, hits=hits, context=context),
        overturned=find_overturned(words, polarity=stated, judging=words, hits=hits, context=context),
        corrected=(n_negations > 0) & _is_corrected(words, polarity=stated, context=context, codes=codes),
        conceded=conceded,
        outweighed=has_after(words, marks=but, clauses=context.clauses) & ~stressed,
        stressed=stressed,
    )


def _is_asked(words: Hits, *, context: Context, codes: npt.NDArray[np.uint32]) -> Bools:
    """Tell which words a plain question asks for: 好吃吗, 味道好吗; not 这也叫好吃吗."""
    asked: Bools = codes[np.minimum(words.end, len(codes) - 1)] == _ASKING
    rows = np.flatnonzero(asked)
    begins = context.clauses.begin[context.clauses.clause[words.start[rows]]]
    for row, begin in zip(rows.tolist(), begins.tolist(), strict=True):
        before = codes[begin : int(words.start[row])]
        asked[row] = len(before) <= _SHORT_QUESTION and not np.isin(before, _RHETORIC).any()
    return asked


def _is_denied(words: Hits, *, marks: Hits) -> Bools:
    """Tell which words a denial follows at once: 好吃个鬼."""
    is_denied: Bools = np.isin(words.end, marks.start)
    return is_denied


def _is_corrected(
    words: Hits, *, polarity: npt.NDArray[np.floating], context: Context, codes: npt.NDArray[np.uint32]
) -> Bools:
    """Tell which words the next clause puts in other words, of the other side: 不是贵，是离谱."""
    if len(words) < 2:
        return np.zeros(len(words), dtype=bool)
    clauses = context.clauses
    clause = clauses.clause[words.start]
    following = np.minimum(np.searchsorted(clause, clause, side="right"), len(words) - 1)
    opening = codes[np.minimum(clauses.begin[clause + 1] + 1, len(codes) - 1)]
    is_next = (clause[following] == clause + 1) & are_any_of(opening, _CORRECTING)
    is_next &= clauses.sentence[words.start[following]] == clauses.sentence[words.start]
    corrected: Bools = is_next & (polarity * polarity[following] < 0)
    return corrected


def is_regretted(words: Hits, *, marks: Hits, wished: Bools, context: Context) -> Bools:
    """Tell which words a closing of a wish follows: in their clause, or in the next after 要是."""
    if not len(marks):
        return np.zeros(len(words), dtype=bool)
    place = np.searchsorted(marks.start, words.end, side="left")
    mark = marks.start[np.minimum(place, len(marks) - 1)]
    clauses = context.clauses
    away = clauses.clause[mark] - clauses.clause[words.start]
    is_there = (place < len(marks)) & (clauses.sentence[mark] == clauses.sentence[words.start])
    regretted: Bools = is_there & ((away == 0) | ((away == 1) & wished))
    return regretted


def _is_hearsay(words: Hits, *, hits: Hits, context: Context) -> Bools:
    reports, own = hits.of(Kind.REPORT), hits.of(Kind.OWN)
    own = own.take(own.value != CONFIRMED)
    if not len(reports) or not len(own):
        return np.zeros(len(words), dtype=bool)
    said = has_before_in_clause(words, marks=reports, clauses=context.clauses)
    is_hearsay: Bools = said & has_after(words, marks=own, clauses=context.clauses)
    return is_hearsay


def _is_granted(words: Hits, *, codes: npt.NDArray[np.uint32]) -> Bools:
    """Tell which words are granted by saying them twice: 贵是贵, 好吃倒是好吃."""
    granted = np.zeros(len(words), dtype=bool)
    if len(words) < 2:
        return granted
    gap = words.start[1:] - words.end[:-1]
    same = (words.name[1:] == words.name[:-1]) & (gap >= 1) & (gap <= _AND_YET_REACH)
    same &= are_any_of(codes[words.end[:-1]], _AND_YET) & are_any_of(codes[words.start[1:] - 1], _AND_YET)
    granted[1:] |= same
    granted[:-1] |= same
    return granted
