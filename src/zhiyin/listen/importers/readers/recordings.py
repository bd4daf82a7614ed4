"""Recordings (WAV, MP3, FLAC, OGG): turned into words by the recogniser that is set, a voice a file."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import PurePath
from typing import cast

from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, Cell, Chunk, OpenFile, Table
from zhiyin.listen.importers.transcripts import RawTalk, voice_of
from zhiyin.listen.speech.recognisers import open_recogniser
from zhiyin.listen.speech.recordings import Transcription, transcribe
from zhiyin.listen.speech.settings import SpeechSettings

LOOK_S = 30.0
"""How much of a recording is recognised for a look at it."""
_NAMES = ("voice",)
_HASH_BLOCK = 1_048_576


def fits(head: bytes) -> bool:
    """Whether the bytes begin a sound file."""
    is_wave = head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"
    # The sync bits of an MPEG frame, and layer III.
    is_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    is_mp3 = head[:3] == b"ID3" or is_frame
    return is_wave or is_mp3 or head[:4] in (b"fLaC", b"OggS")


def read(file: OpenFile) -> Iterator[Table]:
    """The recording as a table of one voice. Empty chunks come between, so that progress shows.

    Raises:
        InvalidInput: no recogniser is set, or it cannot be loaded.
    """
    settings = SpeechSettings.from_environment()
    recogniser = open_recogniser(settings)
    done = [0.0]

    def chunks() -> Iterator[Chunk]:
        found: Transcription | None = None
        until_s = LOOK_S if file.options.is_look else None
        for found in transcribe(
            file.stream, recogniser=recogniser, channels=settings.channels, until_s=until_s
        ):
            done[0] = found.share
            yield Chunk(names=_NAMES, rows=[], lines=[])
        yield _last(found, file=file)

    yield Table(
        name=file.name,
        kind="recording",
        chunks=chunks,
        notes=["conversations 1"],
        is_native=True,
        is_slow=True,
        share_read=lambda: done[0],
    )


def _last(found: Transcription | None, *, file: OpenFile) -> Chunk:
    turns = found.in_order() if found else []
    if not turns:
        bad = BadRow(table=file.name, line=1, code="no_speech")
        return Chunk(names=_NAMES, rows=[], lines=[], bad=[bad])
    talk = RawTalk(line=1, turns=turns, external_id=_own_id(file))
    cells = cast("tuple[Cell, ...]", (voice_of(talk, file_name=file.name),))
    return Chunk(names=_NAMES, rows=[cells], lines=[1])


def _own_id(file: OpenFile) -> str:
    """By the sound, so that the same recording is one voice, whichever recogniser heard it."""
    digest = blake2b(digest_size=8)
    file.stream.seek(0)
    while block := file.stream.read(_HASH_BLOCK):
        digest.update(block)
    return f"{PurePath(file.name).stem[:120]}-{digest.hexdigest()}"


register(Reader(name="recording", suffixes=("wav", "mp3", "flac", "ogg"), fits=fits, read=read, priority=40))
