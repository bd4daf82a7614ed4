"""Masks private data in texts that are kept but not analysed."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.understand.privacy import find_private, mask
from zhiyin.understand.text import fold_batch


def mask_texts(texts: Sequence[str]) -> list[str]:
    """The texts with private data covered sign by sign."""
    if not texts:
        return []
    batch = fold_batch(texts)
    return mask(batch, find_private(batch))
