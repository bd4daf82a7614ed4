"""What a file is, told by how it begins and never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.portal.errors import FileReason, FileRefused

MAX_BYTES = 20 * 1024 * 1024
MAX_PHOTOS, MAX_SOUNDS = 5, 1
HEAD_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file that we take."""

    code: str
    media_type: str
    is_photo: bool


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(code="jpeg", media_type="image/jpeg", is_photo=True),
        Kind(code="png", media_type="image/png", is_photo=True),
        Kind(code="webp", media_type="image/webp", is_photo=True),
        Kind(code="webm", media_type="audio/webm", is_photo=False),
        Kind(code="ogg", media_type="audio/ogg", is_photo=False),
        Kind(code="m4a", media_type="audio/mp4", is_photo=False),
        Kind(code="wav", media_type="audio/wav", is_photo=False),
    )
}
# Brands of ISO base media files (registered at mp4ra.org): photos of Apple's phones, and plain sound.
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
_SOUND = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"3gp4"})
_SOUND_3GP = frozenset({b"3gp5", b"3gp6", b"dash"})


def recognise(head: bytes, *, wants_photo: bool) -> Kind:
    """The kind of the file whose first bytes these are.

    Raises:
        FileRefused: it is empty, or no photo (or no recording) of a kind that we take.
    """
    if not head:
        raise FileRefused(FileReason.EMPTY)
    kind = KINDS.get(_code(head))
    if kind is not None and kind.is_photo == wants_photo:
        return kind
    if wants_photo and head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise FileRefused(FileReason.HEIC)
    raise FileRefused(FileReason.NO_PHOTO if wants_photo else FileReason.NO_SOUND)


def _code(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12], "")
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    is_sound = head[4:8] == b"ftyp" and head[8:12] in _SOUND | _SOUND_3GP
    return "m4a" if is_sound else ""
