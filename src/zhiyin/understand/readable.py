"""What of a batch is read for its meaning: private data covered, markup taken out, offsets kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from zhiyin.understand.opinions import Opinions
from zhiyin.understand.privacy import PrivateSpans
from zhiyin.understand.privacy.spans import MASK
from zhiyin.understand.signals import Signals
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.table import COVER, SPACE

_LINE_END = 0x0A
_ENCODING = "utf-32-le"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A batch to read; `begins` are the `starts` of the batch that came.

    `origin` is the place there of each sign of `batch`, None where all is in its place.
    """

    batch: FoldedBatch
    begins: Ints
    origin: Ints | None
    markup: Ints

    def locate(self, offsets: Ints) -> Ints:
        """Return offsets of the batch that came as they are in `batch`."""
        return offsets if self.origin is None else np.searchsorted(self.origin, offsets)

    def restore_opinions(self, opinions: Opinions) -> Opinions:
        """Return the opinions with their offsets as they are in the batch that came."""
        if self.origin is None:
            return opinions
        start, end = self.restore_spans(opinions.start, opinions.end)
        term_start, term_end = self.restore_spans(opinions.term_start, opinions.term_end)
        word_start, word_end = self.restore_spans(opinions.word_start, opinions.word_end)
        return replace(
            opinions,
            start=start,
            end=end,
            term_start=term_start,
            term_end=term_end,
            word_start=word_start,
            word_end=word_end,
        )

    def restore_signals(self, signals: Signals) -> Signals:
        """Return the signals with their offsets as they are in the batch that came."""
        start, end = self.restore_spans(signals.start, signals.end)
        return replace(signals, start=start, end=end)

    def restore_spans(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Return starts and ends as they are in the batch that came; empty spans stay empty."""
        if self.origin is None:
            return start, end
        first, last = self.origin[start], self.origin[np.maximum(end - 1, 0)]
        # The sign that an entity means ends where the entity does.
        place = np.minimum(np.searchsorted(self.markup[:, 0], last), len(self.markup) - 1)
        stop = np.where(self.markup[place, 0] == last, self.markup[place, 1], last + 1)
        return first, np.where(end > start, stop, first)


def make_readable(folded: FoldedBatch, *, private: PrivateSpans) -> Readable:
    """Return the batch as it is read: nobody's name or address is an opinion, and markup says nothing.

    What was masked before ("*") is read as what is covered now, so that both texts say the same.
    Costs next to nothing where there is neither.
    """
    codes = _covered(folded, private=private)
    if not len(folded.markup):
        if codes is folded.codes:
            return Readable(batch=folded, begins=folded.starts, origin=None, markup=folded.markup)
        covered = replace(folded, codes=codes, joined=_decoded(codes))
        return Readable(batch=covered, begins=folded.starts, origin=None, markup=folded.markup)
    origin = np.flatnonzero(_is_text(codes, markup=folded.markup))
    batch = FoldedBatch(
        texts=folded.texts,
        joined=_decoded(codes[origin]),
        codes=codes[origin],
        starts=np.searchsorted(origin, folded.starts),
    )
    return Readable(batch=batch, begins=folded.starts, origin=origin, markup=folded.markup)


def _decoded(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode(_ENCODING)


def _covered(folded: FoldedBatch, *, private: PrivateSpans) -> npt.NDArray[np.uint32]:
    is_masked = MASK in folded.joined
    if not len(private) and not is_masked:
        return folded.codes
    codes = folded.codes.copy()
    if is_masked:
        codes[codes == ord(MASK)] = ord(COVER)
    begins = folded.starts[private.text_index]
    for start, end in zip((begins + private.start).tolist(), (begins + private.end).tolist(), strict=True):
        codes[start:end] = ord(COVER)
    return codes


def _is_text(codes: npt.NDArray[np.uint32], *, markup: Ints) -> npt.NDArray[np.bool_]:
    """Tell which signs are read: of markup the sign it means, or one space between two words."""
    is_text = np.ones(len(codes), dtype=bool)
    spans: list[tuple[int, int, int]] = markup.tolist()
    before, last = _LINE_END, -1
    for start, end, parts in spans:
        is_text[start + 1 : end] = False
        if start != last and start:
            before = int(codes[start - 1])
        if codes[start] == SPACE and (not parts or before in (SPACE, _LINE_END)):
            is_text[start] = False
        else:
            before = int(codes[start])
        last = end
    after, next_start = _LINE_END, -1
    for start, end, _ in reversed(spans):
        if end != next_start:
            after = int(codes[end])
        if codes[start] == SPACE and after == _LINE_END:
            is_text[start] = False
        elif is_text[start]:
            after = int(codes[start])
        next_start = start
    return is_text
