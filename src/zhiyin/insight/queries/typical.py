"""The words that tell most of an aspect."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from zhiyin.insight.board import Words
from zhiyin.measure.telling import telling


class WordRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often a pair of term and judgement is said badly of an aspect, and of all the aspects asked for."""

    aspect: str
    term: str
    opinion: str
    n: int
    n_opinion: int
    n_pair_all: int
    n_opinion_all: int


def list_pairs(rows: Sequence[WordRow], *, n_here: int, n_all: int) -> list[Words]:
    """Term with judgement ("上菜" + "慢"), the most telling first (`telling`).

    `n_here` negative mentions has the aspect, `n_all` have all the aspects asked for.
    """
    pairs = [row for row in rows if row.term]
    scores = _score([(row.n, row.n_pair_all) for row in pairs], n_here=n_here, n_all=n_all)
    ordered = sorted(zip(scores, pairs, strict=True), key=lambda pair: (-pair[0], -pair[1].n))
    return [Words(term=row.term, opinion=row.opinion, n=row.n) for score, row in ordered if score >= 0]


def list_opinion_words(rows: Sequence[WordRow], *, n_here: int, n_all: int) -> list[Words]:
    """Words of judgement alone, the most telling first; those said more often of other aspects left out."""
    words = {row.opinion: (row.n_opinion, row.n_opinion_all) for row in rows}
    scores = _score(list(words.values()), n_here=n_here, n_all=n_all)
    ordered = sorted(zip(scores, words, strict=True), key=lambda pair: (-pair[0], -words[pair[1]][0]))
    return [Words(term="", opinion=word, n=words[word][0]) for score, word in ordered if score >= 0]


def _score(counts: Sequence[tuple[int, int]], *, n_here: int, n_all: int) -> list[float]:
    if not counts:
        return []
    here = [n for n, _ in counts]
    there = [n_everywhere - n for n, n_everywhere in counts]
    return [float(score) for score in telling(here, n_here, there, n_all - n_here)]
