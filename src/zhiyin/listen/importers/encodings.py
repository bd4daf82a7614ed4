"""Which encoding a text file is in, judged by what it would say in each."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import BinaryIO

import charset_normalizer

from zhiyin.errors import InvalidInput

SAMPLE_BYTES = 1_000_000
_SCAN_BYTES = 64_000_000
BAD = "\udcff"
"""Stands for a byte that the encoding does not know. A lone surrogate: no decoder yields it."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII = bytes(range(1, 128))
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
_WIDE = ("utf-16-le", "utf-16-be")
_ERROR_WEIGHT = 8.0
_WIDE_NUL_SHARE = 0.25
_WESTERN = ["cp1252", "cp1251", "shift_jis", "euc_kr"]
_POOR_SCORE = 0.12
_SURE_EXTRA_BYTES = 60
_JUDGED_BYTES = 300_000


def _mark_bad(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return BAD, error.end
    raise error


codecs.register_error("zhiyin-mark-bad", _mark_bad)
MARK_BAD = "zhiyin-mark-bad"


@dataclass(frozen=True, slots=True)
class _Judged:
    encoding: str
    score: float


def detect_encoding(stream: BinaryIO) -> str:
    """A Python codec name for the text in a seekable stream, whose position goes back to the start.

    A byte-order mark decides; else each candidate decodes the first megabyte that holds anything but
    ASCII, and the one in which frequent characters are most frequent and errors fewest wins. A stray
    bad byte therefore does not change the answer. Pure ASCII answers `utf-8`.
    """
    sample = _sample(stream)
    head = stream.read(4)
    stream.seek(0)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    # A few NULs are dirt; UTF-16 has them wherever there is a comma or a digit.
    is_wide = sample.count(0) > len(sample) * _WIDE_NUL_SHARE
    plain = sample.replace(b"\0", b"")
    if not is_wide and (plain.isascii() or _is_surely_utf8(plain)):
        return "utf-8"
    candidates = _CANDIDATES + (_WIDE if b"\0" in sample else ())
    best = max((_judge(sample, encoding) for encoding in candidates), key=lambda judged: judged.score)
    return best.encoding if best.score >= _POOR_SCORE else _ask_normalizer(sample, default=best)


def _is_surely_utf8(sample: bytes) -> bool:
    """Well-formed with enough beyond ASCII: of other encodings only a few words pass by chance."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(sample, False)
    except UnicodeDecodeError:
        return False
    return len(sample) - len(text) >= _SURE_EXTRA_BYTES


def check_encoding(name: str) -> str:
    """The codec of that name.

    Raises:
        InvalidInput: Python knows no such text encoding.
    """
    try:
        codec = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError, AttributeError):
        raise InvalidInput(
            f"The encoding “{name[:40]}” is unknown.",
            next_step="Use for example utf-8, gb18030, big5 or utf-16.",
            field="encoding",
        ) from None
    return codec.name


def _sample(stream: BinaryIO) -> bytes:
    """The first block, or the first later one that is not pure ASCII, from its first strange byte on."""
    stream.seek(0)
    first = block = stream.read(SAMPLE_BYTES)
    n_read = len(block)
    while block and block.isascii() and n_read < _SCAN_BYTES:
        block = stream.read(SAMPLE_BYTES)
        n_read += len(block)
    stream.seek(0)
    sample = block or first
    start = 0 if b"\0" in sample else len(sample) - len(sample.lstrip(_ASCII))
    return sample[start:]


@cache
def _frequent() -> frozenset[str]:
    text = (files("zhiyin.listen.importers") / "data" / "frequent_characters.txt").read_text("utf-8")
    return frozenset("".join(line for line in text.splitlines() if not line.startswith("#")))


def _judge(sample: bytes, encoding: str) -> _Judged:
    """Share of frequent characters among those beyond ASCII, less a fine for each error."""
    decoder = codecs.getincrementaldecoder(encoding)(MARK_BAD)
    text = decoder.decode(sample[:_JUDGED_BYTES], False)
    if encoding in _WIDE:
        plain = sum(character in _frequent() or character.isascii() for character in text)
        strange = text.count("\0") + text.count(BAD)
        return _Judged(encoding, (plain - _ERROR_WEIGHT * strange) / max(1, len(text)))
    beyond = [character for character in text if character > "\x7f"]
    n_errors = text.count(BAD)
    n_frequent = sum(map(_frequent().__contains__, beyond))
    return _Judged(encoding, (n_frequent - _ERROR_WEIGHT * n_errors) / max(1, len(beyond)))


def _ask_normalizer(sample: bytes, *, default: _Judged) -> str:
    """Texts that are not Chinese: well-formed UTF-8 stays so, the rest is left to the library."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, False)
    except UnicodeDecodeError:
        match = charset_normalizer.from_bytes(sample[:100_000], cp_isolation=_WESTERN).best()
        return match.encoding if match is not None else default.encoding
    return "utf-8"
