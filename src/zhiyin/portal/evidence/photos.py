"""Photos without what they tell besides the picture: place, time, device, thumbnails, hidden files.

Read and written piece by piece. Kept are the picture itself, its colours, and which side is up.
Sources: JPEG: ITU-T T.81 annex B, Exif 2.32 (CIPA DC-008) 4.5.4; PNG: W3C PNG (third edition) 5 and 11;
WebP: RFC 9649.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from zhiyin.portal.errors import FileReason, FileRefused
from zhiyin.portal.evidence.riff import Chunk, list_chunks, write_riff

_PIECE = 64 * 1024
_MOST_PIXELS = 250_000_000
_START, _END, _SCAN, _EXIF = 0xD8, 0xD9, 0xDA, 0xE1
_NOT_A_FRAME = frozenset({0xC4, 0xC8, 0xCC})  # tables between the markers of frames (T.81 table B.1)
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ORIENTATION = 0x0112
_KEPT_PNG = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP acTL fcTL fdAT".split()
)
_KEPT_WEBP = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"})
_WEBP_HAS_EXIF_OR_XMP = 0x08 | 0x04


def clean_jpeg(file: IO[bytes]) -> Iterator[bytes]:
    """The picture from its first marker to its end; what is hung on behind is left out.

    Raises:
        FileRefused: it is damaged, or larger than 250 million pixels.
    """
    file.seek(2)
    yield b"\xff\xd8"
    has_frame = has_scan = False
    while (marker := _next_marker(file)) != _END:
        payload = _segment(file)
        has_scan = has_scan or marker == _SCAN
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_A_FRAME:
            has_frame = True
            _check_size(int.from_bytes(payload[3:5], "big"), int.from_bytes(payload[1:3], "big"))
        if kept := _kept(marker, payload):
            yield kept
        if marker == _SCAN:
            yield from _scan(file)
    if not (has_frame and has_scan):
        raise FileRefused(FileReason.DAMAGED)
    yield b"\xff\xd9"


def clean_png(file: IO[bytes]) -> Iterator[bytes]:
    """The picture's own chunks up to the last. Raises `FileRefused` where one is damaged or missing."""
    file.seek(8)
    yield b"\x89PNG\r\n\x1a\n"
    name, is_first, has_picture = b"", True, False
    while name != b"IEND":
        length = int.from_bytes(_read(file, 4), "big")
        name = _read(file, 4)
        if is_first and (name != b"IHDR" or length != 13):
            raise FileRefused(FileReason.DAMAGED)
        has_picture = has_picture or name == b"IDAT"
        body = _pieces(file, length + 4)  # the check sum stands behind
        if is_first:
            head = b"".join(body)
            _check_size(int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big"))
            body = iter([head])
        is_first = False
        if name in _KEPT_PNG:
            yield length.to_bytes(4, "big") + name
            yield from body
        else:
            for _ in body:  # read past it
                pass
    if not has_picture:
        raise FileRefused(FileReason.DAMAGED)


def clean_webp(file: IO[bytes]) -> Iterator[bytes]:
    """The picture's own chunks. Raises `FileRefused` where there is none, or one is damaged."""
    kept = [chunk for chunk in list_chunks(file) if chunk.name in _KEPT_WEBP]
    if not any(chunk.name in (b"VP8 ", b"VP8L", b"ANMF") for chunk in kept):
        raise FileRefused(FileReason.DAMAGED)
    yield from write_riff(file, form=b"WEBP", chunks=[_without_flags(file, chunk) for chunk in kept])


def _without_flags(file: IO[bytes], chunk: Chunk) -> Chunk:
    if chunk.name != b"VP8X" or chunk.size != 10:
        return chunk
    file.seek(chunk.start)
    body = file.read(chunk.size)
    return Chunk(
        name=chunk.name,
        start=chunk.start,
        size=chunk.size,
        body=bytes([body[0] & ~_WEBP_HAS_EXIF_OR_XMP]) + body[1:],
    )


def _next_marker(file: IO[bytes]) -> int:
    if _read(file, 1) != b"\xff":
        raise FileRefused(FileReason.DAMAGED)
    while (code := _read(file, 1)[0]) == 0xFF:  # filling is allowed
        pass
    if code in (0x00, 0x01, _START) or 0xD0 <= code <= 0xD7:
        raise FileRefused(FileReason.DAMAGED)
    return code


def _segment(file: IO[bytes]) -> bytes:
    length = int.from_bytes(_read(file, 2), "big")
    if length < 2:
        raise FileRefused(FileReason.DAMAGED)
    return _read(file, length - 2)


def _kept(marker: int, payload: bytes) -> bytes:
    """The segment as it is kept; empty where it is left out."""
    if marker == _EXIF:
        side = _side_up(payload)
        return _write(marker, _exif_of(side)) if side > 1 else b""
    is_colour = marker == 0xE2 and payload.startswith(b"ICC_PROFILE\0")
    is_kind = (marker == 0xE0 and payload.startswith(b"JFIF\0")) or (
        marker == 0xEE and payload.startswith(b"Adobe")
    )
    is_told = 0xE0 <= marker <= 0xEF or marker == 0xFE
    if marker == 0xE0 and is_kind:
        payload = payload[:12] + b"\0\0"  # without a thumbnail
    return _write(marker, payload) if is_colour or is_kind or not is_told else b""


def _write(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def _side_up(payload: bytes) -> int:
    """Which side is up, 1 to 8; 1 where it is not said."""
    tiff = payload[6:]
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if not payload.startswith(b"Exif\0\0") or order is None:
        return 1

    def number(at: int, n_bytes: int) -> int:
        return int.from_bytes(tiff[at : at + n_bytes], "little" if order == "little" else "big")

    start = number(4, 4)
    for entry in range(start + 2, start + 2 + 12 * number(start, 2), 12):
        if entry + 12 > len(tiff):
            return 1
        if number(entry, 2) == _ORIENTATION:
            side = number(entry + 8, 2)
            return side if 1 <= side <= 8 else 1
    return 1


def _exif_of(side: int) -> bytes:
    """Exif that tells which side is up, and nothing else."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + side.to_bytes(2, "big") + b"\0\0"
    return b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"


def _scan(file: IO[bytes]) -> Iterator[bytes]:
    """The coded picture up to the next marker, at which the file then stands."""
    while True:
        at = file.tell()
        piece = file.read(_PIECE)
        if len(piece) < 2:
            raise FileRefused(FileReason.DAMAGED)
        found = _MARKER.search(piece)
        end = found.start() if found else len(piece) - piece.endswith(b"\xff")
        yield piece[:end]
        file.seek(at + end)
        if found:
            return


def _check_size(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise FileRefused(FileReason.TOO_LARGE)


def _pieces(file: IO[bytes], n_bytes: int) -> Iterator[bytes]:
    while n_bytes > 0:
        piece = _read(file, min(n_bytes, _PIECE))
        n_bytes -= len(piece)
        yield piece


def _read(file: IO[bytes], n_bytes: int) -> bytes:
    found = file.read(n_bytes)
    if len(found) != n_bytes:
        raise FileRefused(FileReason.DAMAGED)
    return found
