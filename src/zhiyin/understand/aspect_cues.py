"""Learned cues: n-grams that tell of an aspect where no word of the taxonomy does, or one only seems to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import IO

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import HARD, SOFT, SPACE, Clauses

ORDERS = (2, 3)
"""N-grams of two and three code points of one clause."""
BITS = 18
NEVER = 1e9
"""A bar that no score reaches; with a minus, one that every score does."""
JUDGED_SLACK = 3.0
"""What a judgement may fall short of the bar under which a mere mention is dropped, in log odds."""
_MULTIPLIER = np.uint32(0x9E3779B1)
_SEED = np.uint32(0x27D4EB2F)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Stretches of a joined text, none of which holds a line end: `begin` inclusive, `end` exclusive."""

    begin: Ints
    end: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class CueHits:
    """N-grams of spans that are cues: number of the `span`, row of the table, offsets; in no order."""

    span: Ints
    row: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class CueModel:
    """`weights[aspect, rows[slot]]` of an n-gram's hash slot, 16-bit, times `scale`; row 0 says nothing.

    The score of a span, log odds that it speaks of an aspect, is `bias + sum / sqrt(code points)`. An
    aspect is added from `add_from` on, and one that the word lists found is dropped below `keep_from`.
    `hears_all`: clauses without any judgement are heard too.
    """

    aspects: tuple[str, ...]
    rows: npt.NDArray[np.uint16]
    weights: npt.NDArray[np.int16]
    scale: float
    bias: Floats
    add_from: Floats
    keep_from: Floats
    hears_all: bool

    def find(self, codes: npt.NDArray[np.uint32], *, spans: Spans) -> CueHits:
        """Return every cue in the spans."""
        owner, place = spread_spans(spans)
        signs = codes[place]
        found = []
        for slots, order in hashed_cues(signs):
            row = self.rows[slots]
            # Spans are told apart by their number: an n-gram lies in one.
            is_whole = owner[: len(row)] == owner[order - 1 :]
            at = np.flatnonzero((row > 0) & is_whole)
            found.append((owner[at], row[at], place[at], place[at] + order))
        if not found:
            empty = np.zeros(0, dtype=np.int64)
            return CueHits(span=empty, row=empty, start=empty, end=empty)
        span, row, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
        return CueHits(span=span, row=row.astype(np.int64), start=start, end=end)

    def scores(self, hits: CueHits, *, spans: Spans) -> Floats:
        """Return for each span and aspect the log odds that the span speaks of it."""
        # Column by column: far quicker than sums of short rows.
        columns = [
            np.bincount(hits.span, weights=column[hits.row], minlength=len(spans.begin))
            for column in self.weights
        ]
        sums = np.stack(columns, axis=1)
        roots = np.sqrt(np.maximum(spans.end - spans.begin, 1))
        scores: Floats = (self.bias + self.scale * sums / roots[:, None]).astype(np.float32)
        return scores


def hashed_cues(codes: npt.NDArray[np.uint32]) -> list[tuple[npt.NDArray[np.uint32], int]]:
    """Return for each order the hash slots of all n-grams; entry i begins at code point i."""
    mixed = (codes.astype(np.uint32) + _SEED) * _MULTIPLIER
    found, running = [], mixed
    for order in range(2, max(ORDERS) + 1):
        if len(codes) < order:
            break
        running = ((running[:-1] ^ (running[:-1] >> np.uint32(15))) * _MULTIPLIER) ^ mixed[order - 1 :]
        if order in ORDERS:
            found.append(((running * _MULTIPLIER) >> np.uint32(32 - BITS), order))
    return found


def cue_spans(clause: Ints, *, clauses: Clauses) -> Spans:
    """Return the clauses as spans, without the mark in front of each."""
    begin = clauses.begin[clause]
    has_mark = (clauses.classes[np.minimum(begin, len(clauses.classes) - 1)] & (SOFT | HARD | SPACE)) != 0
    return Spans(begin=begin + has_mark, end=clauses.begin[clause + 1])


def spread_spans(spans: Spans) -> tuple[Ints, Ints]:
    """Return for every code point of the spans the number of its span and its offset."""
    lengths = np.maximum(spans.end - spans.begin, 0)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    place: Ints = np.arange(len(owner)) - np.repeat(before - spans.begin, lengths)
    return owner, place


@cache
def load_cues(taxonomy: str) -> CueModel | None:
    """Return the shipped cues for the built-in taxonomy of that name, None where there are none."""
    with resources.files("zhiyin.understand").joinpath("models/aspect_cues.npz").open("rb") as file:
        return read_cues(file, taxonomy=taxonomy)


def read_cues(file: IO[bytes], *, taxonomy: str) -> CueModel | None:
    """Return the cues of one taxonomy in an `.npz` file, None where it holds none of it."""
    with np.load(file, allow_pickle=False) as parts:
        about = json.loads(str(parts["about"]))["taxonomies"].get(taxonomy)
        if about is None:
            return None
        return CueModel(
            aspects=tuple(about["aspects"]),
            rows=parts[f"{taxonomy}_rows"],
            weights=parts[f"{taxonomy}_weights"],
            scale=about["scale"],
            bias=np.array(about["bias"], dtype=np.float32),
            add_from=np.array(about["add_from"], dtype=np.float32),
            keep_from=np.array(about["keep_from"], dtype=np.float32),
            hears_all=about["hears_all"],
        )
