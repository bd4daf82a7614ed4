"""Guards for packed files: how much may come out of how little."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from zhiyin.errors import InvalidInput

MAX_UNPACKED_BYTES = 8 * 1024**3
MAX_RATIO = 200
RATIO_FROM_BYTES = 20 * 1024**2
"""Small files may be packed as tightly as they like: 20 MB harm nobody."""
MAX_MEMBERS = 10_000
_BLOCK = 1024 * 1024


def too_tight(*, n_packed: int, n_unpacked: int) -> bool:
    """Whether so much out of so little looks like a bomb rather than a table."""
    return n_unpacked > RATIO_FROM_BYTES and n_unpacked > MAX_RATIO * max(1, n_packed)


def bomb() -> InvalidInput:
    """The error for a packed file that unpacks to more than any table would."""
    return InvalidInput(
        "The packed file unpacks to far more than it should; it was not read.",
        next_step="Unpack it yourself, look at what is in it, and import the table directly.",
    )


def check_members(archive: zipfile.ZipFile, *, n_packed: int, max_bytes: int = MAX_UNPACKED_BYTES) -> None:
    """Refuses archives that claim to be bombs, without unpacking anything.

    Raises:
        InvalidInput: too many members, too much in all, too tightly packed, or members that overlap.
    """
    members = archive.infolist()
    n_unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or n_unpacked > max_bytes
        or too_tight(n_packed=n_packed, n_unpacked=n_unpacked)
    ):
        raise bomb()
    if sum(member.compress_size for member in members) > n_packed:
        raise bomb()


def unpack(stream: BinaryIO, *, n_packed: int, budget: int = MAX_UNPACKED_BYTES) -> BinaryIO:
    """A nameless temporary file with what comes out of `stream`, counted as it comes.

    The file has no name in any folder, so that an interruption leaves nothing behind.

    Raises:
        InvalidInput: more comes out than `budget` bytes or the allowed ratio.
    """
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 – handed to the caller, who closes it
    n_unpacked = 0
    try:
        for block in _blocks(stream):
            n_unpacked += len(block)
            if n_unpacked > budget or too_tight(n_packed=n_packed, n_unpacked=n_unpacked):
                raise bomb()
            unpacked.write(block)
    except BaseException:
        unpacked.close()
        raise
    unpacked.seek(0)
    return unpacked


def size_of(stream: BinaryIO) -> int:
    """Bytes in a seekable stream, whose position goes back to the start."""
    n_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return n_bytes


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block
