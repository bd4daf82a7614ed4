"""Recordings without titles, places and other notes where their form tells these apart from the sound.

Sources: WAV: Microsoft's RIFF WAVE; MP4: ISO/IEC 14496-12, 4.2 and 8.1 to 8.10; WebM: RFC 8794, 9559.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from zhiyin.portal.errors import FileReason, FileRefused
from zhiyin.portal.evidence.riff import list_chunks, write_riff

_PIECE = 64 * 1024
_KEPT_WAV = frozenset({b"fmt ", b"data", b"fact"})
_NOTES = frozenset({b"udta", b"meta", b"uuid"})
_FOLDERS = frozenset({b"moov", b"trak", b"mdia"})
_MOST_MOOV = 8 * 1024 * 1024
_PICTURES = (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG")


def clean_wav(file: IO[bytes]) -> Iterator[bytes]:
    """Form and sound alone. Raises `FileRefused` where there is no sound."""
    kept = [chunk for chunk in list_chunks(file) if chunk.name in _KEPT_WAV]
    if {b"fmt ", b"data"} - {chunk.name for chunk in kept}:
        raise FileRefused(FileReason.DAMAGED)
    yield from write_riff(file, form=b"WAVE", chunks=kept)


def clean_m4a(file: IO[bytes]) -> Iterator[bytes]:
    """The same length, so that the places within still hold; notes become empty room.

    Raises:
        FileRefused: it is damaged, or it holds pictures.
    """
    end, at, has_sound = file.seek(0, 2), 0, False
    while at < end:
        name, size, head = _box(file, at, end=end)
        if name == b"moov":
            if size > _MOST_MOOV:
                raise FileRefused(FileReason.DAMAGED)
            file.seek(at)
            body = bytearray(file.read(size))
            _blank(body, 0, len(body))
            _check_sound(body)
            has_sound = True
            yield bytes(body)
        elif name in _NOTES:
            yield size.to_bytes(4, "big") + b"free" if head == 8 else _big_head(size)
            yield from _zeros(size - head)
        else:
            yield from _copy(file, at, size)
        at += size
    if not has_sound:
        raise FileRefused(FileReason.DAMAGED)


def clean_webm(file: IO[bytes]) -> Iterator[bytes]:
    """As it is; films are refused."""
    file.seek(0)
    head = file.read(_PIECE)
    if any(name in head for name in _PICTURES):
        raise FileRefused(FileReason.VIDEO)
    if b"A_OPUS" not in head and b"A_VORBIS" not in head:
        raise FileRefused(FileReason.DAMAGED)
    yield from _copy(file, 0, file.seek(0, 2))


def clean_ogg(file: IO[bytes]) -> Iterator[bytes]:
    """As it is; films are refused."""
    file.seek(0)
    head = file.read(4096)
    if b"theora" in head:
        raise FileRefused(FileReason.VIDEO)
    if not any(name in head for name in (b"OpusHead", b"\x01vorbis", b"Speex", b"\x7fFLAC")):
        raise FileRefused(FileReason.DAMAGED)
    yield from _copy(file, 0, file.seek(0, 2))


def _box(file: IO[bytes], at: int, *, end: int) -> tuple[bytes, int, int]:
    """Name, size and size of the head of the box."""
    file.seek(at)
    head = file.read(16)
    size, name, n_head = int.from_bytes(head[:4], "big"), head[4:8], 8
    if size == 1:
        size, n_head = int.from_bytes(head[8:16], "big"), 16
    elif size == 0:  # to the end
        size = end - at
    if len(head) < 8 or size < n_head or at + size > end:
        raise FileRefused(FileReason.DAMAGED)
    return name, size, n_head


def _blank(body: bytearray, start: int, end: int) -> None:
    """Make notes empty room, however deep they lie."""
    at = start
    while at + 8 <= end:
        size, name = int.from_bytes(body[at : at + 4], "big"), bytes(body[at + 4 : at + 8])
        if size < 8 or at + size > end:
            raise FileRefused(FileReason.DAMAGED)
        if name in _NOTES:
            body[at + 4 : at + 8] = b"free"
            body[at + 8 : at + size] = bytes(size - 8)
        elif name in _FOLDERS:
            _blank(body, at + 8, at + size)
        at += size


def _check_sound(moov: bytearray) -> None:
    """The kinds of tracks stand behind `hdlr`: eight bytes, then `soun` or `vide`."""
    at, kinds = moov.find(b"hdlr"), set()
    while at >= 0:
        kinds.add(bytes(moov[at + 12 : at + 16]))
        at = moov.find(b"hdlr", at + 4)
    if b"vide" in kinds:
        raise FileRefused(FileReason.VIDEO)
    if b"soun" not in kinds:
        raise FileRefused(FileReason.DAMAGED)


def _big_head(size: int) -> bytes:
    return b"\0\0\0\x01free" + size.to_bytes(8, "big")


def _zeros(n_bytes: int) -> Iterator[bytes]:
    while n_bytes > 0:
        yield bytes(min(n_bytes, _PIECE))
        n_bytes -= _PIECE


def _copy(file: IO[bytes], start: int, n_bytes: int) -> Iterator[bytes]:
    at, end = start, start + n_bytes
    while at < end:
        file.seek(at)
        piece = file.read(min(_PIECE, end - at))
        if not piece:
            raise FileRefused(FileReason.DAMAGED)
        at += len(piece)
        yield piece
