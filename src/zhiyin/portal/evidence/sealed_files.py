"""Files encrypted piece by piece, each under a key of its own: written and read without holding them whole.

AES-256-GCM for each piece of 256 KiB; the nonce counts them, and the last one says that it is the last,
so that none can be left out, moved or cut off (the STREAM construction: Hoang, Reyhanitabar, Rogaway,
Vizár 2015, doi:10.1007/978-3-662-47989-6_24).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from zhiyin.portal.errors import EvidenceNotFound

_PIECE = 256 * 1024
_TAG = 16
_MORE, _LAST = b"more", b"last"


def path_of(uuid: UUID) -> Path:
    """Where the file of that id lies."""
    folder: Path = settings.HOME.files / "evidence" / uuid.hex[:2]
    return folder / uuid.hex


def make_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(bit_length=256)


def write_sealed(uuid: UUID, pieces: Iterable[bytes], *, key: bytes) -> None:
    """The file is there as a whole when this returns, and not at all when it raises."""
    path, cipher = path_of(uuid), AESGCM(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            for number, (piece, is_last) in enumerate(_even(pieces)):
                file.write(cipher.encrypt(_nonce(number), piece, _LAST if is_last else _MORE))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_sealed(uuid: UUID, *, key: bytes) -> Iterator[bytes]:
    """The pieces, opened one by one.

    Raises:
        EvidenceNotFound: the file is gone, or somebody changed it.
    """
    cipher = AESGCM(key)
    try:
        with path_of(uuid).open("rb") as file:
            piece, number = file.read(_PIECE + _TAG), 0
            while piece:
                following = file.read(_PIECE + _TAG)
                yield cipher.decrypt(_nonce(number), piece, _MORE if following else _LAST)
                piece, number = following, number + 1
    except (FileNotFoundError, InvalidTag):
        raise EvidenceNotFound from None


def drop(uuid: UUID) -> None:
    """The file is gone; nothing where it was before."""
    path_of(uuid).unlink(missing_ok=True)


def _even(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of one size, the last of them marked."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > _PIECE:
            yield bytes(held[:_PIECE]), False
            del held[:_PIECE]
    yield bytes(held), True


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
