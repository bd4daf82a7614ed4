"""RIFF files, which WebP photos and WAV recordings are: chunks listed, and some of them written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from zhiyin.portal.errors import FileReason, FileRefused

_PIECE = 64 * 1024
_HEAD = 12
_MOST_CHUNKS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk; `body` replaces what stands in the file."""

    name: bytes
    start: int
    size: int
    body: bytes | None = None


def list_chunks(file: IO[bytes]) -> list[Chunk]:
    """All chunks; one longer than the file, as a recorder that was cut off leaves it, ends with the file.

    Raises:
        FileRefused: there are too many to be true.
    """
    end = file.seek(0, 2)
    chunks: list[Chunk] = []
    at = _HEAD
    while at + 8 <= end:
        file.seek(at)
        head = file.read(8)
        size = min(int.from_bytes(head[4:], "little"), end - at - 8)
        chunks.append(Chunk(name=head[:4], start=at + 8, size=size))
        at += 8 + size + size % 2
        if len(chunks) > _MOST_CHUNKS:
            raise FileRefused(FileReason.DAMAGED)
    return chunks


def write_riff(file: IO[bytes], *, form: bytes, chunks: Sequence[Chunk]) -> Iterator[bytes]:
    """A file of that form with these chunks of `file`."""
    total = 4 + sum(8 + chunk.size + chunk.size % 2 for chunk in chunks)
    yield b"RIFF" + total.to_bytes(4, "little") + form
    for chunk in chunks:
        yield chunk.name + chunk.size.to_bytes(4, "little")
        if chunk.body is not None:
            yield chunk.body
        else:
            yield from _body(file, chunk)
        if chunk.size % 2:
            yield b"\0"


def _body(file: IO[bytes], chunk: Chunk) -> Iterator[bytes]:
    at, end = chunk.start, chunk.start + chunk.size
    while at < end:
        file.seek(at)
        piece = file.read(min(_PIECE, end - at))
        if not piece:
            raise FileRefused(FileReason.DAMAGED)
        at += len(piece)
        yield piece
