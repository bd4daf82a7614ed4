"""Compiles entries into one Aho-Corasick automaton with attribute columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from zhiyin.understand.lexicon.entries import NO_NAME, Entry, Kind
from zhiyin.understand.lexicon.files import field_entries, judgements
from zhiyin.understand.lexicon.short import ShortSurfaces, index_short, is_short
from zhiyin.understand.lexicon.words import WordTable, build_words
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.text import fold_batch

GAP = "…"
"""In a phrase: up to `GAP_REACH` other code points of the same clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The look-up of the `short` surfaces, the automaton over the others, and the entries of each surface.

    The automaton's pattern `p` is surface `long[p]`. Entries of surface `s` are `first[s]:first[s + 1]`
    of `kind`, `name`, `value`; behind them stand the entries `gap_entry[g]` that gap patterns turn into; `g`
    is the name of their heads and tails. `latin_start` and `latin_end` tell surfaces that must begin or end
    at the edge of a Latin word.
    """

    short: ShortSurfaces
    automaton: ahocorasick_rs.AhoCorasick
    long: npt.NDArray[np.int64]
    first: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    name: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    latin_start: npt.NDArray[np.bool_]
    latin_end: npt.NDArray[np.bool_]
    gap_entry: npt.NDArray[np.int64]
    words: WordTable


def compile_lexicon(taxonomy: Taxonomy) -> Lexicon:
    """Return the lexicon of all fields with the terms of `taxonomy`, folded as the texts are.

    Cost: about 100 ms, most of it reading the lists.
    """
    words = build_words(taxonomy, judgements=dict(judgements()))
    terms = (entry for entry in aspect_entries(taxonomy) if not words.implies(entry))
    entries = list(dict.fromkeys([*terms, *words.entries(), *field_entries()]))
    folded = fold_batch([entry.phrase for entry in entries]).joined.split("\n")
    return _compile(zip(folded, entries, strict=False), words=words)


def aspect_entries(taxonomy: Taxonomy) -> Iterator[Entry]:
    """Yield the terms of a taxonomy; the value is 0 for weak terms."""
    for number, aspect in enumerate(taxonomy.aspects):
        for phrase in (*aspect.terms, *aspect.patterns):
            yield Entry(phrase=phrase, kind=Kind.TERM, name=number)
        for phrase in aspect.weak_terms:
            yield Entry(phrase=phrase, kind=Kind.TERM, name=number, value=0.0)
        for phrase in aspect.exclusions:
            yield Entry(phrase=phrase, kind=Kind.BLOCK, name=NO_NAME)


def _compile(entries: Iterable[tuple[str, Entry]], *, words: WordTable) -> Lexicon:
    by_surface: dict[str, list[Entry]] = {}
    gaps: list[Entry] = []
    for phrase, entry in entries:
        if GAP in phrase:
            head, tail = phrase.split(GAP, 1)
            number = len(gaps)
            gaps.append(entry)
            by_surface.setdefault(head, []).append(Entry(phrase=head, kind=Kind.GAP_HEAD, name=number))
            by_surface.setdefault(tail, []).append(Entry(phrase=tail, kind=Kind.GAP_TAIL, name=number))
        else:
            by_surface.setdefault(phrase, []).append(entry)
    return _columns(by_surface, gaps=gaps, words=words)


def _columns(by_surface: dict[str, list[Entry]], *, gaps: list[Entry], words: WordTable) -> Lexicon:
    surfaces = list(by_surface)
    flat = [entry for surface in surfaces for entry in by_surface[surface]]
    gap_entry = np.arange(len(flat), len(flat) + len(gaps))
    flat += gaps
    counts = [0, *(len(by_surface[surface]) for surface in surfaces)]
    long = [number for number, surface in enumerate(surfaces) if not is_short(surface)]
    return Lexicon(
        short=index_short(surfaces),
        long=np.array(long, dtype=np.int64),
        automaton=ahocorasick_rs.AhoCorasick(
            [surfaces[number] for number in long],
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
            store_patterns=False,
        ),
        first=np.cumsum(counts, dtype=np.int32),
        kind=np.array([entry.kind for entry in flat], dtype=np.int8),
        name=np.array([entry.name for entry in flat], dtype=np.int32),
        value=np.array([entry.value for entry in flat], dtype=np.float32),
        latin_start=np.array([_is_latin(surface[0]) for surface in surfaces]),
        latin_end=np.array([_is_latin(surface[-1]) for surface in surfaces]),
        gap_entry=gap_entry,
        words=words,
    )


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()
