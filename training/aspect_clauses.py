"""Cuts texts into clauses as the analyser does, with the aspects that its word lists find in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from zhiyin.understand.aspect_cues import BITS, Spans, cue_spans, hashed_cues, spread_spans
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import compile_lexicon
from zhiyin.understand.lexicon.words import WordTable
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.reading import BatchReading, read_batch
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy
from zhiyin.understand.text import fold_batch
from zhiyin.understand.widening import slack_of

Matrix = sparse.csr_matrix
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseSet:
    """Clauses in order of their texts: owner, n-grams (over the root of the length), aspects by word lists.

    `slack` is what the score of a listed one may fall short of the bar.
    """

    text: npt.NDArray[np.int64]
    ngrams: Matrix
    listed: Bools
    slack: npt.NDArray[np.float64]

    def take(self, rows: Bools) -> ClauseSet:
        """Return the clauses at `rows`."""
        return ClauseSet(
            text=self.text[rows],
            ngrams=self.ngrams[rows],
            listed=self.listed[rows],
            slack=self.slack[rows],
        )


def read_clauses(texts: list[str], *, taxonomy: str, aspects: list[str]) -> ClauseSet:
    """Return the clauses of the texts, with `aspects` as columns of `listed`; without learned cues."""
    tree = load_taxonomy(taxonomy)
    lexicon = compile_lexicon(tree)
    folded = fold_batch(texts)
    languages = np.array(detect_languages(folded), dtype="U4")
    read = read_batch(folded, languages=languages, lexicon=lexicon, model=load_polarity(), cues=None)
    clauses = read.context.clauses
    number = np.arange(len(clauses.begin) - 1)
    spans = cue_spans(number, clauses=clauses)
    text = np.searchsorted(folded.starts, spans.begin, side="right") - 1
    kept = np.flatnonzero((spans.end > spans.begin) & (text < len(texts)))
    place = np.full(len(number) + 1, -1)
    place[kept] = np.arange(len(kept))
    spans = Spans(begin=spans.begin[kept], end=spans.end[kept])
    listed, slack = _listed(
        read, place=place, n_clauses=len(kept), tree=tree, table=lexicon.words, aspects=aspects
    )
    return ClauseSet(
        text=text[kept],
        ngrams=_count(folded.codes, spans=spans),
        listed=listed,
        slack=slack,
    )


def _listed(
    read: BatchReading,
    *,
    place: npt.NDArray[np.int64],
    n_clauses: int,
    tree: Taxonomy,
    table: WordTable,
    aspects: list[str],
) -> tuple[Bools, npt.NDArray[np.float64]]:
    column = np.array([aspects.index(one.id) if one.id in aspects else -1 for one in tree.aspects])
    pairs, events = read.judged.pairs, read.judged.events
    anchor = events.start[np.where(pairs.word >= 0, pairs.word, pairs.term)]
    row, aspect = place[read.context.clauses.clause[anchor]], column[pairs.aspect]
    is_known = (row >= 0) & (aspect >= 0)
    listed = np.zeros((n_clauses, len(aspects)), dtype=bool)
    listed[row[is_known], aspect[is_known]] = True
    slack = np.zeros(listed.shape)
    found = slack_of(pairs, events=events, classes=read.context.clauses.classes, table=table)
    np.maximum.at(slack, (row[is_known], aspect[is_known]), found[is_known])
    return listed, slack


def _count(codes: npt.NDArray[np.uint32], *, spans: Spans) -> Matrix:
    owner, place = spread_spans(spans)
    rows, columns = [], []
    for slots, order in hashed_cues(codes[place]):
        is_whole = owner[: len(slots)] == owner[order - 1 :]
        rows.append(owner[: len(slots)][is_whole])
        columns.append(slots[is_whole].astype(np.int64))
    where = (np.concatenate(rows), np.concatenate(columns))
    counts = sparse.csr_matrix((np.ones(len(where[0])), where), shape=(len(spans.begin), 1 << BITS))
    counts.sum_duplicates()
    roots = 1 / np.sqrt(np.maximum(spans.end - spans.begin, 1))
    return (sparse.diags(roots) @ counts).tocsr()
