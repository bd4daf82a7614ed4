"""Where private data stands in a batch, and the mask over it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.contract import PRIVATE_KINDS
from zhiyin.understand.text import FoldedBatch

MASK = "*"


class Found(NamedTuple):
    """One private datum at `[start, end)` of `FoldedBatch.joined`; `kind` is one of `PRIVATE_KINDS`."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateSpans:
    """Private data as columns, sorted by text and place, never overlapping.

    `start` and `end` are offsets within the text, half-open; `kind` indexes `contract.PRIVATE_KINDS`.
    """

    text_index: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.text_index)


def settle(batch: FoldedBatch, *, found: Iterable[Found]) -> PrivateSpans:
    """Return the findings as columns; where two overlap the earlier one in `found` keeps the signs.

    What the later one covers beyond that stays covered, so that no sign of a datum is left readable.
    """
    ranked = [one for one in dict.fromkeys(found) if one.start < one.end]
    pieces: list[tuple[int, int, int]] = []
    taken = np.zeros(len(batch.codes), dtype=bool) if ranked else np.zeros(0, dtype=bool)
    for one in ranked:
        part = taken[one.start : one.end]
        kind = PRIVATE_KINDS.index(one.kind)
        if not part.any():
            pieces.append((one.start, one.end, kind))
        else:
            edges = np.flatnonzero(np.diff(np.concatenate(([True], part, [True])).astype(np.int8)))
            pieces += [(one.start + a, one.start + b, kind) for a, b in edges.reshape(-1, 2).tolist()]
        part[:] = True
    columns = np.array(sorted(pieces), dtype=np.int64).reshape(-1, 3)
    owners = np.searchsorted(batch.starts, columns[:, 0], side="right") - 1
    begins = batch.starts[owners]
    return PrivateSpans(
        text_index=owners,
        start=columns[:, 0] - begins,
        end=columns[:, 1] - begins,
        kind=columns[:, 2].astype(np.uint8),
    )


def mask(batch: FoldedBatch, spans: PrivateSpans) -> list[str]:
    """Return the texts with each sign of private data replaced by "*"; every length stays as it was."""
    masked = list(batch.texts)
    places = zip(spans.text_index.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
    for index, group in itertools.groupby(places, key=itemgetter(0)):
        text, kept_to = masked[index], 0
        pieces: list[str] = []
        for _, start, end in group:
            pieces += (text[kept_to:start], MASK * (end - start))
            kept_to = end
        masked[index] = "".join((*pieces, text[kept_to:]))
    return masked
