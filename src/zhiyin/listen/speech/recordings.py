"""A recording becomes turns: decoded block by block, cut where it is silent, each piece recognised."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.transcripts import RawTurn
from zhiyin.listen.speech.pieces import Piece, Pieces, Samples
from zhiyin.listen.speech.recognisers import INSTALL, Recogniser

BLOCK_S = 15.0
MAX_HOURS = 12.0
_SAME = 0.02
"""Channels that differ by less than this share of their power carry the same."""


@dataclass(slots=True, kw_only=True)
class Transcription:
    """Turns as they were recognised so far, and how much of the recording is done (0 to 1)."""

    turns: list[RawTurn] = field(default_factory=list)
    share: float = 0.0
    duration_s: float = 0.0

    def in_order(self) -> list[RawTurn]:
        """The turns by their start; of one speaker with less than a second between, as one."""
        joined: list[RawTurn] = []
        for turn in sorted(self.turns, key=lambda one: one.start_s or 0.0):
            last = joined[-1] if joined else None
            if last and last.label and last.label == turn.label and _gap(last, turn) < 1.0:
                text = _with(last.text, turn.text)
                joined[-1] = RawTurn(label=last.label, text=text, start_s=last.start_s, end_s=turn.end_s)
            else:
                joined.append(turn)
        return joined


def transcribe(
    stream: BinaryIO,
    *,
    recogniser: Recogniser,
    channels: tuple[str, ...],
    until_s: float | None = None,
) -> Iterator[Transcription]:
    """The transcription, again after each block (about 15 seconds), the same object growing.

    `channels` says who speaks left and right; it counts where the recording has as many channels and they
    differ, else all is one channel and turns have no label. `until_s` stops early.

    Raises:
        InvalidInput: no sound file that can be read, longer than 12 hours, or the decoder is missing.
    """
    with _open_sound(stream) as sound:
        rate, n_channels = int(sound.samplerate), int(sound.channels)
        total_s = sound.frames / rate
        if total_s > MAX_HOURS * 3600:
            raise InvalidInput(
                f"The recording is longer than {MAX_HOURS:g} hours.", next_step="Cut it first."
            )
        labels = channels if len(channels) == n_channels else ()
        cutters: list[Pieces] = []
        found = Transcription(duration_s=total_s)
        for block in sound.blocks(blocksize=int(rate * BLOCK_S), dtype="float32", always_2d=True):
            if not cutters:
                labels = () if labels and _are_same(block) else labels
                cutters = [Pieces(sample_rate=rate) for _ in (labels or ("",))]
            for row, samples in enumerate(_channels(block, n_wanted=len(cutters))):
                _hear(
                    cutters[row].add(samples), found, label=_of(labels, row), recogniser=recogniser, rate=rate
                )
            found.share = min(sound.tell() / max(sound.frames, 1), 1.0)
            yield found
            if until_s is not None and sound.tell() / rate >= until_s:
                break
        for row, cutter in enumerate(cutters):
            _hear(cutter.finish(), found, label=_of(labels, row), recogniser=recogniser, rate=rate)
        found.share = 1.0
        yield found


def _open_sound(stream: BinaryIO) -> Any:  # soundfile has no types
    try:
        soundfile = importlib.import_module("soundfile")
    except (ImportError, OSError):
        raise InvalidInput(
            "The package soundfile, which decodes recordings, is not installed.", next_step=f"Run {INSTALL}."
        ) from None
    stream.seek(0)
    try:
        return soundfile.SoundFile(stream)
    except (RuntimeError, ValueError, TypeError):
        raise InvalidInput(
            "The recording cannot be decoded.", next_step="Save it as WAV, FLAC, OGG or MP3."
        ) from None


def _hear(
    pieces: Iterator[Piece], found: Transcription, *, label: str, recogniser: Recogniser, rate: int
) -> None:
    for piece in pieces:
        text = recogniser.recognise(np.ascontiguousarray(piece.samples), sample_rate=rate)
        if text:
            found.turns.append(RawTurn(label=label, text=text, start_s=piece.start_s, end_s=piece.end_s))


def _channels(block: Samples, *, n_wanted: int) -> list[Samples]:
    if n_wanted == 1:
        return [block.mean(axis=1, dtype=np.float32)]
    return [np.ascontiguousarray(block[:, row]) for row in range(n_wanted)]


def _are_same(block: Samples) -> bool:
    power = float(np.mean(block**2))
    return power > 0 and float(np.mean((block[:, :1] - block) ** 2)) < _SAME * power


def _of(labels: tuple[str, ...], row: int) -> str:
    return labels[row] if labels else ""


def _gap(last: RawTurn, turn: RawTurn) -> float:
    return (turn.start_s or 0.0) - (last.end_s or 0.0)


def _with(first: str, second: str) -> str:
    return f"{first} {second}" if first[-1].isascii() and second[0].isascii() else first + second
