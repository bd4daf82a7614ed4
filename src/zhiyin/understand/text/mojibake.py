"""Texts whose bytes were once read in the wrong encoding, put right where that is certain."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.text.table import N_CODE_POINTS

# How a sign looks when it stands in broken text.
_LATIN_LEAD = 1  # À to ô: the first byte of a longer UTF-8 sequence, or of a GBK pair, read as Latin
_GBK_LEAD = 2  # a Chinese sign whose GBK bytes are the first two of a three-byte UTF-8 sequence
_WIDE = 4  # any Chinese sign

# Broken text has one such sign in three; of real Chinese signs fewer than one in a hundred is one.
_TELLTALE_SHARE = 0.15
_COMMON_SHARE = 0.8
_LOST_SHARE = 0.17


@cache
def _common_signs() -> frozenset[str]:
    """The 3,755 everyday signs of GB 2312 and the marks that stand between them."""
    rows = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return frozenset(
        "".join(row.decode("gb2312", "ignore") for row in rows) + "，。！？、；：“”‘’（）《》…—～·￥　"
    )


@cache
def _looks() -> NDArray[np.uint8]:
    table = np.zeros(N_CODE_POINTS, dtype=np.uint8)
    table[0xC0:0xF5] = _LATIN_LEAD
    table[0x4E00:0xA000] = _WIDE
    for lead in range(0xE2, 0xF0):
        for trail in range(0x80, 0xC0):
            sign = bytes((lead, trail)).decode("gb18030", "ignore")
            if len(sign) == 1:
                table[ord(sign)] |= _GBK_LEAD
    return table


def find_suspects(codes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of texts with tell-tale signs of a wrong encoding (few, and some of them sound)."""
    looks = _looks()[codes]
    latin = _texts_with(looks, _LATIN_LEAD, starts)
    gbk = _texts_with(looks, _GBK_LEAD, starts)
    suspects = set(np.flatnonzero(latin).tolist())
    for index in np.flatnonzero(gbk).tolist():
        part = looks[starts[index] : starts[index + 1]]
        if gbk[index] >= _TELLTALE_SHARE * np.count_nonzero(part & (_WIDE | _GBK_LEAD)):
            suspects.add(index)
    return np.array(sorted(suspects), dtype=np.int64)


def _texts_with(looks: NDArray[np.uint8], kind: int, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    places = np.flatnonzero(looks & kind)
    owners = np.searchsorted(starts, places, side="right") - 1
    return np.bincount(owners, minlength=len(starts) - 1)


def repair(text: str) -> str:
    """Return the text as it was meant, or the same text where that is not certain."""
    return _utf8_read_as_gbk(text) or _gbk_read_as_latin(text) or _utf8_read_as_latin(text) or text


def _utf8_read_as_gbk(text: str) -> str | None:
    raw = text.replace("\ufffd", "?").encode("gb18030", "replace")
    meant = raw.decode("utf-8", "replace")
    n_lost = meant.count("\ufffd")
    if n_lost > _LOST_SHARE * len(meant) or not _is_plausible(meant):
        return None
    return meant


def _gbk_read_as_latin(text: str) -> str | None:
    for encoding in ("latin-1", "cp1252"):
        try:
            meant = text.encode(encoding).decode("gb18030")
        except UnicodeError:
            continue
        if _is_plausible(meant):
            return meant
    return None


def _utf8_read_as_latin(text: str) -> str | None:
    if not any("\xc2" <= sign <= "\xf4" for sign in text):
        return None
    import ftfy

    meant = ftfy.fix_encoding(text)
    return meant if meant != text else None


def _is_plausible(text: str) -> bool:
    """Whether two or more Chinese signs stand in it, and nearly all of them everyday ones."""
    wide = [sign for sign in text if sign > "\x7f" and sign != "\ufffd"]
    n_common = sum(sign in _common_signs() for sign in wide)
    return n_common >= 2 and n_common >= _COMMON_SHARE * len(wide)
