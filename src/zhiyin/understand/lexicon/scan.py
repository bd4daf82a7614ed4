"""One pass of the automaton over a batch, turned into columns of hits."""

from __future__ import annotations

from dataclasses import dataclass
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
        return Hits(
            kind=self.kind[rows],
            name=self.name[rows],
            value=self.value[rows],
            start=self.start[rows],
            end=self.end[rows],
        )

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
    first = lexicon.first[surface] - (np.cumsum(counts) - counts)
    spans = _Spans(entry=first[owner] + np.arange(len(owner)), start=start[owner], end=end[owner])
    spans = _longest(_with_gaps(spans, classes=classes, lexicon=lexicon), lexicon=lexicon)
    return Hits(
        kind=lexicon.kind[spans.entry],
        name=lexicon.name[spans.entry],
        value=lexicon.value[spans.entry],
        start=spans.start,
        end=spans.end,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spans:
    """Where entries of the lexicon stand."""

    entry: Ints
    start: Ints
    end: Ints

    def take(self, rows: Ints) -> _Spans:
        return _Spans(entry=self.entry[rows], start=self.start[rows], end=self.end[rows])


def _surfaces(
    joined: str, *, codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], lexicon: Lexicon
) -> tuple[Ints, Ints, Ints]:
    found = lexicon.automaton.find_matches_as_indexes(joined, overlapping=True)
    flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
    pattern, long_start, long_end = flat.reshape(-1, 3).T
    short, short_start, short_end = lexicon.short.find(codes)
    surface = np.concatenate((short, lexicon.long[pattern]))
    start, end = np.concatenate((short_start, long_start)), np.concatenate((short_end, long_end))
    wrong = _within_words(surface, start=start, end=end, classes=classes, lexicon=lexicon)
    if not len(wrong):
        return surface, start, end
    keep = np.ones(len(surface), dtype=bool)
    keep[wrong] = False
    rows = np.flatnonzero(keep)
    return surface[rows], start[rows], end[rows]


def _within_words(
    surface: Ints, *, start: Ints, end: Ints, classes: npt.NDArray[np.uint8], lexicon: Lexicon
) -> Ints:
    """Return the rows of Latin surfaces that are but a part of a word. A plural s is let through."""
    rows = np.flatnonzero((lexicon.latin_start | lexicon.latin_end)[surface])
    surface, start, end = surface[rows], start[rows], end[rows]
    # Shifted by one, so that index `start` is the sign before.
    around = np.concatenate(([0], classes, [0, 0]))
    latin, plural = (around & LATIN) != 0, (around & PLURAL) != 0
    before, after = latin[start], latin[end + 1] & ~(plural[end + 1] & ~latin[end + 2])
    wrong: Ints = rows[(lexicon.latin_start[surface] & before) | (lexicon.latin_end[surface] & after)]
    return wrong


def _with_gaps(spans: _Spans, *, classes: npt.NDArray[np.uint8], lexicon: Lexicon) -> _Spans:
    """Turn heads and tails of gap patterns into entries; both must lie in the same clause, the head first."""
    kind = lexicon.kind[spans.entry]
    plain = spans.take(np.flatnonzero((kind != Kind.GAP_HEAD) & (kind != Kind.GAP_TAIL)))
    heads, tails = (spans.take(np.flatnonzero(kind == part)) for part in (Kind.GAP_HEAD, Kind.GAP_TAIL))
    is_met = np.zeros(len(lexicon.gap_entry), dtype=bool)
    is_met[lexicon.name[tails.entry]] = True
    heads = heads.take(np.flatnonzero(is_met[lexicon.name[heads.entry]]))
    if not len(heads.entry):
        return plain
    gap, size = lexicon.name[heads.entry], np.int64(len(classes) + 1)
    tail_keys = lexicon.name[tails.entry] * size + tails.start
    order = np.argsort(tail_keys, kind="stable")
    place = np.searchsorted(tail_keys[order], gap * size + heads.end)
    tail = order[np.minimum(place, len(order) - 1)]
    breaks = np.concatenate(([0], np.cumsum(classes & 1)))
    reach = np.where(classes[heads.start] & LATIN, LATIN_GAP_REACH, GAP_REACH)
    distance = tails.start[tail] - heads.end
    fits = (lexicon.name[tails.entry[tail]] == gap) & (distance >= 0) & (distance <= reach)
    fits &= breaks[heads.end] == breaks[tails.start[tail]]
    rows = np.flatnonzero(fits)
    return _Spans(
        entry=np.concatenate((plain.entry, lexicon.gap_entry[gap[rows]])),
        start=np.concatenate((plain.start, heads.start[rows])),
        end=np.concatenate((plain.end, tails.end[tail[rows]])),
    )


def _longest(spans: _Spans, *, lexicon: Lexicon) -> _Spans:
    """Drop what lies within a longer entry of the same layer, and sort by start."""
    layer = np.maximum(lexicon.kind[spans.entry], np.int8(Kind.BLOCK))
    # By layer, by start, the longest first. The spans stand in a few runs by start already, and two sorts
    # that know of runs and of small numbers are far quicker than one that does not.
    order = np.argsort((spans.start << _LENGTH_BITS) - (spans.end - spans.start), kind="stable")
    order = order[np.argsort(layer[order], kind="stable")]
    spans, layer = spans.take(order), layer[order].astype(np.int64)
    # Each layer gets a stretch of offsets of its own, so that one running maximum serves all.
    stretch = int(spans.end.max(initial=0)) + 1
    start, end = spans.start + layer * stretch, spans.end + layer * stretch
    reached = np.maximum.accumulate(end)
    # The same span may carry several entries (a need and a signal): equal spans do not hide each other.
    equal = np.zeros(len(end), dtype=bool)
    equal[1:] = (start[1:] == start[:-1]) & (end[1:] == end[:-1])
    hidden = np.zeros(len(end), dtype=bool)
    hidden[1:] = (reached[:-1] >= end[1:]) & ~equal[1:]
    is_nameless = lexicon.name[spans.entry] == NO_NAME
    hidden |= _starts_in_blocker(is_nameless, layer=layer, start=start, end=end)
    hidden = _spread(hidden, equal=equal)
    kept = np.flatnonzero(~(hidden | is_nameless))
    return spans.take(kept[np.argsort(spans.start[kept], kind="stable")])


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
