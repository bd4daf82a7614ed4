"""Which opinion word speaks of which term."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import LATIN, Clauses
from zhiyin.understand.lexicon import Hits, Kind
from zhiyin.understand.lexicon.words import WordTable

_FORWARD_REACH = 3
"""Code points between a word and the term after it: 好吃的菜."""
_LATIN_FORWARD_REACH = 14
_FOREIGN_TERM_REACH = 8
"""A word that implies its own aspect keeps a term of another one that is no farther away."""
_CARRY_CLAUSES = 2
_SPLIT_REACH = 2
_TERM_REACH = 14
_JOINT_REACH = 3
_LATIN_JOINT_REACH = 9

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Term and word as indices of the events, -1 for none; aspect; whether a clause before has the term."""

    term: Ints
    word: Ints
    aspect: npt.NDArray[np.int32]
    is_carried: Bools

    def take(self, rows: Ints) -> Pairs:
        """Return the pairs at `rows`."""
        return Pairs(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def spread(pairs: Pairs, *, events: Hits, table: WordTable) -> Pairs:
    """Return the pairs with those of a sum (环境) given to its parts; a mere mention goes to the first."""
    is_sum = np.array([parts[0] != place for place, parts in enumerate(table.parts)], dtype=bool)
    summed = np.flatnonzero(is_sum[pairs.aspect])
    if not len(summed):
        return pairs
    has_word = pairs.word[summed] >= 0
    judges = has_word & (table.polarity[events.name[pairs.word[summed]]] != 0)
    parts = [table.parts[aspect] for aspect in pairs.aspect[summed].tolist()]
    chosen = [part if all_of_it else part[:1] for part, all_of_it in zip(parts, judges.tolist(), strict=True)]
    counts = np.ones(len(pairs.aspect), dtype=np.int64)
    counts[summed] = [len(part) for part in chosen]
    rows = np.repeat(np.arange(len(counts)), counts)
    given = pairs.take(rows)
    aspect = given.aspect.copy()
    aspect[is_sum[aspect]] = [one for part in chosen for one in part]
    return replace(given, aspect=aspect)


def pair(events: Hits, *, clauses: Clauses, barriers: Ints, starts: Ints, table: WordTable) -> Pairs:
    """Return the pairs of `events` (terms and words in order of start), each with its aspect.

    `barriers` are offsets behind which something else is spoken of (其他): no term is carried over them;
    `starts` are the texts' beginnings.
    """
    is_term = events.kind == Kind.TERM
    by_word = _pair_words(
        events, is_term=is_term, clauses=clauses, barriers=barriers, starts=starts, table=table
    )
    is_used = np.zeros(len(events) + 1, dtype=bool)
    is_used[by_word.term[~by_word.is_carried]] = True
    free = np.flatnonzero(is_term & ~is_used[:-1])
    by_term = _pair_terms(free, events=events, is_term=is_term, clauses=clauses, table=table)
    return Pairs(
        term=np.concatenate((by_word.term, by_term.term)),
        word=np.concatenate((by_word.word, by_term.word)),
        aspect=np.concatenate((by_word.aspect, by_term.aspect)),
        is_carried=np.concatenate((by_word.is_carried, by_term.is_carried)),
    )


def _neighbours(is_it: Bools) -> tuple[Ints, Ints]:
    """Return for each event the last one before it, and the first one after it, that is of the kind."""
    size = len(is_it)
    places = np.arange(size)
    last = np.maximum.accumulate(np.where(is_it, places, -1)) if size else places
    first = np.minimum.accumulate(np.where(is_it, places, size)[::-1])[::-1] if size else places
    before = np.concatenate(([-1], last[:-1])) if size else places
    after = np.concatenate((first[1:], [size])) if size else places
    return before, after


def _pair_words(
    events: Hits, *, is_term: Bools, clauses: Clauses, barriers: Ints, starts: Ints, table: WordTable
) -> Pairs:
    clause, sentence = clauses.clause[events.start], clauses.sentence[events.start]
    words = np.flatnonzero(~is_term)
    before_term, after_term = (near[words] for near in _neighbours(is_term))
    before_word = _neighbours(~is_term)[0][words]
    last, following = np.maximum(before_term, 0), np.minimum(after_term, len(events) - 1)
    reach = np.where(clauses.classes[events.start[words]] & LATIN, _LATIN_FORWARD_REACH, _FORWARD_REACH)
    can_follow = (after_term < len(events)) & (clause[following] == clause[words])
    can_follow &= events.start[following] - events.end[words] <= reach
    has_before = (before_term >= 0) & (clause[last] == clause[words])
    takes_next = can_follow & (~has_before | (before_word > before_term))
    term = np.where(takes_next, after_term, np.where(has_before, before_term, -1))
    is_carried = (term < 0) & (before_term >= 0) & (sentence[last] == sentence[words])
    is_carried &= clause[words] - clause[last] <= _CARRY_CLAUSES
    stretch = np.searchsorted(barriers, events.start, side="right")
    is_carried &= stretch[words] == stretch[last]
    term = np.where(is_carried, before_term, term)
    # What else the text spoke of last may still be meant, and the rest is not.
    text = np.searchsorted(starts, events.start, side="right")
    of_last = np.where(before_term >= 0, events.name[last], 0) if len(events) else last
    is_other = (before_term >= 0) & (text[last] == text[words]) & ~table.is_rest[of_last]
    return _choose_aspects(
        words, term=term, is_carried=is_carried, has_rest=~is_other, events=events, table=table
    )


def _choose_aspects(
    words: Ints, *, term: Ints, is_carried: Bools, has_rest: Bools, events: Hits, table: WordTable
) -> Pairs:
    """Choose between the term's aspect and the one that the word implies; drop what has neither.

    `has_rest`: a judgement on nothing that is named may be ascribed to the rest.
    """
    name = events.name[words]
    implied = table.implied[name]
    has_term = term >= 0
    safe = np.maximum(term, 0)
    of_term = np.where(has_term, events.name[safe], 0)
    is_declared = has_term & ~np.isnan(table.beside[name, of_term])
    is_strong = has_term & (events.value[safe] > 0) & ~is_carried & table.yields[name]
    by_term = has_term & (is_declared | (((implied < 0) | is_strong) & (table.polarity[name] != 0)))
    # What is carried over must judge by itself: 多 and 小 say nothing of a thing named before.
    distance = np.maximum(events.start[words] - events.end[safe], events.start[safe] - events.end[words])
    # 吸力却很弱 is one clause but for the 却 in it.
    is_split = is_declared & (distance <= _SPLIT_REACH)
    by_term &= ~is_carried | is_split | ((implied < 0) & (table.polarity[name] != 0))
    is_near = has_term & ~is_carried & (distance <= _FOREIGN_TERM_REACH)
    rest = np.where(has_rest & (table.polarity[name] != 0), table.fallback, -1)
    aspect = np.where(by_term, of_term, np.where(implied < 0, rest, implied)).astype(np.int32)
    kept_term = np.where(by_term | is_near, term, -1)
    rows = np.flatnonzero(aspect >= 0)
    return Pairs(
        term=kept_term[rows],
        word=words[rows],
        aspect=aspect[rows],
        is_carried=(is_carried & by_term)[rows],
    )


def _pair_terms(terms: Ints, *, events: Hits, is_term: Bools, clauses: Clauses, table: WordTable) -> Pairs:
    """Give each term that no word chose the next fitting word of its clause, or none if it stands alone."""
    clause = clauses.clause[events.start]
    after = _neighbours(~is_term)[1][terms]
    word = np.minimum(after, max(len(events) - 1, 0))
    aspect = events.name[terms]
    name = np.where(is_term[word], 0, events.name[word]) if len(terms) else terms
    fits = (after < len(events)) & (clause[word] == clause[terms])
    fits &= events.start[word] - events.end[terms] <= _TERM_REACH
    is_general = ((table.implied[name] < 0) | table.yields[name]) & (table.polarity[name] != 0)
    fits &= is_general | ~np.isnan(table.beside[name, aspect])
    # Of two terms in a row the first shares the word (味道和服务, 服务环境) unless it only says
    # whose the second is (裤子质量: a weak term; 客服态度: one aspect).
    following = _neighbours(is_term)[1][terms]
    second = np.minimum(following, len(events) - 1)
    gap = events.start[second] - events.end[terms]
    is_last = (following >= len(events)) | (following > after) | (gap < 0)
    reach = np.where(clauses.classes[events.start[terms]] & LATIN, _LATIN_JOINT_REACH, _JOINT_REACH)
    is_modifier = (following < len(events)) & (gap == 0) & (events.name[second] == aspect)
    fits &= is_last | ((gap <= reach) & (events.value[terms] > 0) & ~is_modifier)
    rows = np.flatnonzero(fits | ((events.value[terms] > 0) & ~is_modifier))
    return Pairs(
        term=terms[rows],
        word=np.where(fits, after, -1)[rows],
        aspect=aspect[rows].astype(np.int32),
        is_carried=np.zeros(len(rows), dtype=bool),
    )
