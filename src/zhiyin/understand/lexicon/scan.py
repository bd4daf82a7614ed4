"""One pass of the automaton over a batch, turned into columns of hits."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import LATIN, PLURAL
from zhiyin.understand.lexicon.compile import Lexicon
from zhiyin.understand.lexicon.entries import NO_NAME, Kind

GAP_REACH = 8
"""Code points that the gap of a Chinese pattern may hold."""
LATIN_GAP_REACH = 24
_LENGTH_BITS = 8

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Entries found, in order of their start: kind, name, value, offsets in the joined text."""

    kind: npt.NDArray[np.int8]
    name: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    start: Ints
    end: Ints

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> Hits:
        """Return the hits at `rows` (indices or mask)."""
        return Hits(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def of(self, kind: Kind) -> Hits:
        """Return the hits of one kind."""
        return self.take(np.flatnonzero(self.kind == kind))

    def __len__(self) -> int:
        return len(self.start)


def scan(
    joined: str, *, codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], lexicon: Lexicon
) -> Hits:
    """Return every entry in the folded, joined text, less those hidden by a longer one of their layer.

    `codes` are the text's code points, `classes` those of `clauses.classify`. Linear in the text.
    """
    surface, start, end = _surfaces(joined, codes=codes, classes=classes, lexicon=lexicon)
    counts = lexicon.first[surface + 1] - lexicon.first[surface]
    owner = np.repeat(np.arange(len(surface)), counts)
    # Position of each entry within its surface: a running count that begins again at every surface.
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    entry = lexicon.first[surface[owner]] + offset
    hits = Hits(
        kind=lexicon.kind[entry],
        name=lexicon.name[entry],
        value=lexicon.value[entry],
        start=start[owner],
        end=end[owner],
    )
    return _longest(_with_gaps(hits, classes=classes, lexicon=lexicon))


def _surfaces(
    joined: str, *, codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], lexicon: Lexicon
) -> tuple[Ints, Ints, Ints]:
    found = lexicon.automaton.find_matches_as_indexes(joined, overlapping=True)
    flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
    pattern, long_start, long_end = flat.reshape(-1, 3).T
    short, short_start, short_end = lexicon.short.find(codes)
    surface = np.concatenate((short, lexicon.long[pattern]))
    start, end = np.concatenate((short_start, long_start)), np.concatenate((short_end, long_end))
    latin = np.zeros(len(classes) + 3, dtype=bool)
    latin[1 : len(classes) + 1] = (classes & LATIN) != 0
    # `latin` is shifted by one, so that index `start` is the sign before. A plural s is let through.
    plural = np.zeros_like(latin)
    plural[1 : len(classes) + 1] = (classes & PLURAL) != 0
    before, after = latin[start], latin[end + 1] & ~(plural[end + 1] & ~latin[end + 2])
    wrong = (lexicon.latin_start[surface] & before) | (lexicon.latin_end[surface] & after)
    keep = np.flatnonzero(~wrong)
    return surface[keep], start[keep], end[keep]


def _with_gaps(hits: Hits, *, classes: npt.NDArray[np.uint8], lexicon: Lexicon) -> Hits:
    """Turn heads and tails of gap patterns into entries; both must lie in the same clause, the head first."""
    is_head, is_tail = hits.kind == Kind.GAP_HEAD, hits.kind == Kind.GAP_TAIL
    heads, tails = hits.take(np.flatnonzero(is_head)), hits.take(np.flatnonzero(is_tail))
    plain = hits.take(np.flatnonzero(~(is_head | is_tail)))
    if not len(heads) or not len(tails):
        return plain
    size = len(classes) + 1
    tail_keys = tails.name * np.int64(size) + tails.start
    order = np.argsort(tail_keys, kind="stable")
    place = np.searchsorted(tail_keys[order], heads.name * np.int64(size) + heads.end)
    tail = order[np.minimum(place, len(order) - 1)]
    breaks = np.concatenate(([0], np.cumsum(classes & 1)))
    reach = np.where(classes[heads.start] & LATIN, LATIN_GAP_REACH, GAP_REACH)
    distance = tails.start[tail] - heads.end
    fits = (tails.name[tail] == heads.name) & (distance >= 0) & (distance <= reach)
    fits &= breaks[heads.end] == breaks[tails.start[tail]]
    rows = np.flatnonzero(fits)
    gap = heads.name[rows]
    return Hits(
        kind=np.concatenate((plain.kind, lexicon.gap_kind[gap])),
        name=np.concatenate((plain.name, lexicon.gap_name[gap])),
        value=np.concatenate((plain.value, lexicon.gap_value[gap])),
        start=np.concatenate((plain.start, heads.start[rows])),
        end=np.concatenate((plain.end, tails.end[tail[rows]])),
    )


def _longest(hits: Hits) -> Hits:
    """Drop the hits that lie within a longer one of the same layer, and sort by start."""
    layer = np.maximum(hits.kind, Kind.BLOCK).astype(np.int64)
    # Each layer gets a stretch of offsets of its own, so that one running maximum serves all.
    stretch = int(hits.end.max(initial=0)) + 1
    start, end = hits.start + layer * stretch, hits.end + layer * stretch
    order = np.argsort((start << _LENGTH_BITS) - (end - start), kind="stable")
    reached = np.maximum.accumulate(end[order])
    hidden = np.zeros(len(order), dtype=bool)
    hidden[1:] = reached[:-1] >= end[order][1:]
    # The same span may carry several entries (a need and a signal): equal spans do not hide each other.
    equal = np.zeros(len(order), dtype=bool)
    equal[1:] = (start[order][1:] == start[order][:-1]) & (end[order][1:] == end[order][:-1])
    hidden = hidden & ~equal
    hidden |= _starts_in_blocker(
        hits.name[order] == NO_NAME, layer=layer[order], start=start[order], end=end[order]
    )
    hidden = _spread(hidden, equal=equal)
    kept = order[~hidden]
    kept = kept[hits.name[kept] != NO_NAME]
    return hits.take(kept[np.argsort(hits.start[kept], kind="stable")])


def _starts_in_blocker(
    is_nameless: npt.NDArray[np.bool_], *, layer: Ints, start: Ints, end: Ints
) -> npt.NDArray[np.bool_]:
    """Tell which hits of the fields begin within a nameless one (recommend it, in: not recommend it)."""
    is_blocker = is_nameless & (layer > Kind.BLOCK)
    blocked_to = np.maximum.accumulate(np.where(is_blocker, end, 0)) if len(end) else end
    starts_in: npt.NDArray[np.bool_] = (start < blocked_to) & ~is_blocker
    return starts_in


def _spread(hidden: npt.NDArray[np.bool_], *, equal: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Give every hit of a run of equal spans the verdict on the first of the run."""
    first = np.maximum.accumulate(np.where(equal, 0, np.arange(len(equal))))
    return hidden[first] if len(hidden) else hidden
