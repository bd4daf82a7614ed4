"""Photos and recordings are told by their content, cleaned of what they tell besides, and kept encrypted."""

from __future__ import annotations

import io
import struct
import zlib

import pytest

from zhiyin.portal.errors import EvidenceNotFound, FileReason, FileRefused
from zhiyin.portal.evidence.kinds import recognise
from zhiyin.portal.evidence.photos import clean_jpeg, clean_png, clean_webp
from zhiyin.portal.evidence.sealed_files import make_key, path_of, read_sealed, write_sealed
from zhiyin.portal.evidence.sounds import clean_m4a, clean_wav, clean_webm
from zhiyin.portal.models.evidence import Evidence
from zhiyin.portal.tests.evidence.making import PLACE, exif, jpeg, m4a, png, wav, webp


def _cleaned(cleaner, content: bytes) -> bytes:
    return b"".join(cleaner(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("cleaner", "content"),
    [(clean_jpeg, jpeg()), (clean_png, png()), (clean_webp, webp()), (clean_wav, wav()), (clean_m4a, m4a())],
)
def test_the_place_is_gone_and_the_picture_or_sound_is_not(cleaner, content):
    assert PLACE in content
    clean = _cleaned(cleaner, content)
    assert PLACE not in clean
    assert b"PICTURE" in clean
    assert _cleaned(cleaner, clean) == clean


def test_which_side_is_up_stays():
    assert exif(side=6, place=b"") in _cleaned(clean_jpeg, jpeg(side=6))


def test_what_hangs_behind_a_picture_is_left_out():
    for cleaner, content in ((clean_jpeg, jpeg()), (clean_png, png())):
        assert b"MZ" not in _cleaned(cleaner, content + b"MZ\x90\0 a program")


def test_the_parts_of_a_cleaned_png_still_have_their_check_sums():
    clean, at = _cleaned(clean_png, png()), 8
    while at < len(clean):
        length = int.from_bytes(clean[at : at + 4], "big")
        body = clean[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == int.from_bytes(clean[at + 8 + length : at + 12 + length], "big")
        at += 12 + length


@pytest.mark.parametrize("cut", [3, 20, 60])
def test_a_photo_that_is_cut_off_is_refused(cut):
    for cleaner, content in ((clean_jpeg, jpeg()), (clean_png, png())):
        with pytest.raises(FileRefused) as refused:
            _cleaned(cleaner, content[:-cut])
        assert refused.value.reason is FileReason.DAMAGED


def test_a_picture_that_would_fill_the_memory_is_refused():
    content = bytearray(png())
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(FileRefused) as refused:
        _cleaned(clean_png, bytes(content))
    assert refused.value.reason is FileReason.TOO_LARGE


def test_films_are_no_recordings():
    with pytest.raises(FileRefused) as refused:
        _cleaned(clean_m4a, m4a(track=b"vide"))
    assert refused.value.reason is FileReason.VIDEO
    with pytest.raises(FileRefused) as refused:
        _cleaned(clean_webm, b"\x1a\x45\xdf\xa3 V_VP9 A_OPUS")
    assert refused.value.reason is FileReason.VIDEO


@pytest.mark.parametrize(
    ("head", "wants_photo", "reason"),
    [
        (b"MZ\x90\x00" + bytes(60), True, FileReason.NO_PHOTO),
        (b"\x7fELF" + bytes(60), False, FileReason.NO_SOUND),
        (b"#!/bin/sh\nrm -rf", True, FileReason.NO_PHOTO),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>", True, FileReason.NO_PHOTO),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), True, FileReason.HEIC),
        (wav()[:64], True, FileReason.NO_PHOTO),
        (jpeg()[:64], False, FileReason.NO_SOUND),
        (b"", True, FileReason.EMPTY),
    ],
)
def test_what_a_file_is_its_content_tells(head, wants_photo, reason):
    with pytest.raises(FileRefused) as refused:
        recognise(head, wants_photo=wants_photo)
    assert refused.value.reason is reason


@pytest.mark.parametrize("n_bytes", [1, 262_143, 262_144, 262_145, 700_000])
def test_a_sealed_file_opens_as_it_was_and_not_once_it_was_changed(home, n_bytes):
    uuid, key, content = Evidence().uuid, make_key(), bytes(range(256)) * (n_bytes // 256 + 1)
    content = content[:n_bytes]
    write_sealed(uuid, iter([content[:7], content[7:]]), key=key)
    path = path_of(uuid)
    assert n_bytes == 1 or content[:64] not in path.read_bytes()  # one byte may stand there by chance
    assert b"".join(read_sealed(uuid, key=key)) == content
    sealed = path.read_bytes()
    for changed in (sealed[:-1], sealed[:262_160] if len(sealed) > 262_160 else b"x", sealed + b"\0" * 20):
        path.write_bytes(changed)
        with pytest.raises(EvidenceNotFound):
            list(read_sealed(uuid, key=key))


def test_a_file_that_fails_on_its_way_leaves_nothing(home):
    uuid = Evidence().uuid

    def broken():
        yield b"the first piece"
        raise FileRefused(FileReason.DAMAGED)

    with pytest.raises(FileRefused):
        write_sealed(uuid, broken(), key=make_key())
    assert list(path_of(uuid).parent.iterdir()) == []
