"""Pieces of speech in a stream of samples, cut where it is silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

Samples = npt.NDArray[np.float32]

FRAME_S = 0.02
PAUSE_S = 0.6
"""A silence that ends a piece."""
MIN_S = 0.12
MAX_S = 20.0
"""Longer speech is cut at its quietest frame near the end: recognisers take no more at once."""
_MARGIN_S = 0.1
_FLOOR_DB, _ABOVE_FLOOR_DB = -55.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some speech, in seconds from the start of the recording."""

    start_s: float
    end_s: float
    samples: Samples


class Pieces:
    """Cuts one channel, block by block; memory is bounded by the block and the longest piece."""

    def __init__(self, *, sample_rate: int) -> None:
        self._rate = sample_rate
        self._frame = max(int(sample_rate * FRAME_S), 1)
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._rest_start = 0

    def add(self, samples: Samples) -> Iterator[Piece]:
        """The pieces that are complete after these samples."""
        self._rest = np.concatenate((self._rest, samples))
        yield from self._cut(is_last=False)

    def finish(self) -> Iterator[Piece]:
        """What is left, at the end of the recording."""
        yield from self._cut(is_last=True)
        self._rest = self._rest[:0]

    def _cut(self, *, is_last: bool) -> Iterator[Piece]:
        loud = self._loud_frames()
        pause, longest = int(PAUSE_S / FRAME_S), int(MAX_S / FRAME_S)
        kept = max(len(loud) - int(_MARGIN_S / FRAME_S), 0)
        for first, last in _runs(loud, pause=pause):
            begin = first
            while last - begin > longest:
                end = self._quietest(begin + longest * 3 // 4, begin + longest)
                yield self._piece(begin, end)
                begin = end
            if not is_last and len(loud) - last <= pause:
                kept = max(begin - int(_MARGIN_S / FRAME_S), 0)  # it may go on in the next block
            elif (last - begin) * FRAME_S >= MIN_S:
                yield self._piece(begin, last)
        self._drop(kept * self._frame)

    def _loud_frames(self) -> npt.NDArray[np.bool_]:
        n_frames = len(self._rest) // self._frame
        frames = self._rest[: n_frames * self._frame].reshape(n_frames, self._frame)
        power = np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / self._frame
        level = 10.0 * np.log10(np.maximum(power, 1e-12))
        floor = np.percentile(level, 10) + _ABOVE_FLOOR_DB if n_frames else _FLOOR_DB
        # Where speech fills a block its floor is speech: whatever is as loud as speech counts.
        loud: npt.NDArray[np.bool_] = level > np.clip(floor, _FLOOR_DB, -30.0)
        return loud

    def _quietest(self, first: int, last: int) -> int:
        frames = self._rest[first * self._frame : last * self._frame].reshape(-1, self._frame)
        return first + int(np.argmin(np.einsum("ij,ij->i", frames, frames)))

    def _piece(self, first: int, last: int) -> Piece:
        margin = int(_MARGIN_S * self._rate)
        start = max(first * self._frame - margin, 0)
        end = min(last * self._frame + margin, len(self._rest))
        return Piece(
            start_s=(self._rest_start + first * self._frame) / self._rate,
            end_s=(self._rest_start + last * self._frame) / self._rate,
            samples=self._rest[start:end],
        )

    def _drop(self, n_samples: int) -> None:
        n_samples = min(n_samples, len(self._rest))
        self._rest = self._rest[n_samples:]
        self._rest_start += n_samples


def _runs(loud: npt.NDArray[np.bool_], *, pause: int) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) frame of each run of loud frames, pauses up to `pause` frames within it."""
    places = np.flatnonzero(loud)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > pause)
    firsts = places[np.concatenate(([0], breaks + 1))].tolist()
    lasts = (places[np.concatenate((breaks, [len(places) - 1]))] + 1).tolist()
    yield from zip(firsts, lasts, strict=True)


def resampled(samples: Samples, *, sample_rate: int, wanted: int) -> Samples:
    """The samples at another rate (polyphase filter)."""
    if sample_rate == wanted:
        return samples
    factor = gcd(sample_rate, wanted)
    return resample_poly(samples, wanted // factor, sample_rate // factor).astype(np.float32)
