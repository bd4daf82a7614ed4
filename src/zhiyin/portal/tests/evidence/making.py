"""Small photos and recordings, made byte by byte, each with a place hidden in it."""

from __future__ import annotations

import struct
import zlib

PLACE = b"GPS 31.2304N 121.4737E"
_PICTURE = b"PICTURE" * 20


def exif(*, side: int = 1, place: bytes = PLACE) -> bytes:
    """A segment of JPEG that tells which side is up, and the place."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + side.to_bytes(2, "big") + b"\0\0"
    body = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01" + entry + b"\0\0\0\0" + place
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(*, side: int = 1, size: int = 0) -> bytes:
    """A photo, padded to about `size` bytes of picture."""
    frame = b"\x08\x00\x10\x00\x10\x01\x01\x11\x00"
    note = b"\xff\xfe" + (len(PLACE) + 2).to_bytes(2, "big") + PLACE
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + _PICTURE + b"\xff\x00\xff\xd0" + b"\x11" * size
    head = b"\xff\xc0" + (len(frame) + 2).to_bytes(2, "big") + frame
    return b"\xff\xd8" + exif(side=side) + note + head + scan + b"\xff\xd9"


def png() -> bytes:
    """A picture."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + PLACE),
        (b"eXIf", PLACE),
        (b"IDAT", _PICTURE),
        (b"IEND", b""),
    ]
    chunks = [
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
        for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def webp() -> bytes:
    """A picture that says that it has Exif."""
    return _riff(b"WEBP", [(b"VP8X", b"\x08" + bytes(9)), (b"VP8 ", _PICTURE), (b"EXIF", PLACE)])


def wav() -> bytes:
    """A recording."""
    return _riff(b"WAVE", [(b"fmt ", bytes(16)), (b"LIST", PLACE), (b"data", _PICTURE)])


def m4a(*, track: bytes = b"soun") -> bytes:
    """A recording as phones make it."""
    handler = _box(b"hdlr", bytes(8) + track + bytes(13))
    moov = _box(b"moov", _box(b"trak", _box(b"mdia", handler)) + _box(b"udta", _box(b"name", PLACE)))
    return _box(b"ftyp", b"M4A \0\0\0\0M4A ") + _box(b"meta", PLACE) + moov + _box(b"mdat", _PICTURE)


def _box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body


def _riff(form: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + form + body
