"""What this process has taken in and processed since it started, for `/metrics`."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Items since the start; `processing_seconds` is time spent on batches, for the rate."""

    n_accepted: int = 0
    n_unchanged: int = 0
    n_rejected: int = 0
    n_processed: int = 0
    processing_seconds: float = 0.0


_counts = Counts()


def count_received(*, n_accepted: int, n_unchanged: int, n_rejected: int) -> None:
    """Add a batch that the intake door answered."""
    global _counts  # noqa: PLW0603
    with _lock:
        _counts = replace(
            _counts,
            n_accepted=_counts.n_accepted + n_accepted,
            n_unchanged=_counts.n_unchanged + n_unchanged,
            n_rejected=_counts.n_rejected + n_rejected,
        )


def count_processed(n_items: int, *, seconds: float) -> None:
    """Add a batch that the pipeline stored."""
    global _counts  # noqa: PLW0603
    with _lock:
        _counts = replace(
            _counts,
            n_processed=_counts.n_processed + n_items,
            processing_seconds=_counts.processing_seconds + seconds,
        )


def read_counts() -> Counts:
    """The figures of this moment."""
    return _counts
