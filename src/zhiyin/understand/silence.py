"""Texts that say nothing: 无, 没有意见, N/A, what a shop fills in for the silent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_words
from zhiyin.understand.text.table import COVER

_MARKS = " .,!?;:~-_/\\|+=…。、，！？；：～·'\"()[]<>{}“”‘’《》【】—^`@#$%&"
_LONGEST = 26


def silent_texts(batch: FoldedBatch) -> NDArray[np.int64]:
    """Return the texts that hold one of the phrases of `nothing_said.txt` and nothing else."""
    phrases = read_words("nothing_said.txt")
    starts, lengths = batch.starts, batch.lengths
    short = np.flatnonzero((lengths > 0) & (lengths <= _LONGEST))
    spans = zip(starts[short].tolist(), (starts[short] + lengths[short]).tolist(), strict=True)
    joined = batch.joined
    said = [_plain(joined[start:end]) in phrases for start, end in spans]
    found: NDArray[np.int64] = short[np.array(said, dtype=bool)]
    return found


def _plain(text: str) -> str:
    """Return a text as the list holds it; what is covered or masked in it says nothing either."""
    if COVER in text:
        text = text.replace(COVER, "")
    return text.strip(_MARKS).replace(" ", "_")
