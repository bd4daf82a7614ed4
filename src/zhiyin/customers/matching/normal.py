"""Normal forms of what stands in a column of people; None for what says nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_NOTHING = frozenset(
    {
        "",
        "nan",
        "none",
        "null",
        "n/a",
        "na",
        "nil",
        "unknown",
        "not known",
        "-",
        "--",
        "?",
        "无",
        "未知",
        "不详",
        "没有",
        "暂无",
    }
)
_SIGNS = re.compile(r"[^\w\s'-]+")
_SPACES = re.compile(r"\s+")
_NOT_DIGIT = re.compile(r"\D+")
_NOT_WORD = re.compile(r"[\W_]+")
_WHOLE_FLOAT = re.compile(r"^(\d+)\.0+$")
_YEARS = range(1400, 2200)
_MAX_SIGNS = 200
_COMPACT = 8


def plain(value: object) -> str | None:
    """Small letters without accents and needless space; None where the value says nothing."""
    text = unicodedata.normalize("NFKC", str(value)).strip().casefold() if value is not None else ""
    if text in _NOTHING or len(text) > _MAX_SIGNS:
        return None
    if not text.isascii():
        text = "".join(
            sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
        )
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip() or None


def words(value: object) -> str | None:
    """Words of a name, a place or a street, without signs."""
    text = plain(value)
    return None if text is None else _SPACES.sub(" ", _SIGNS.sub(" ", text)).strip() or None


def code(value: object) -> str | None:
    """A number, a post code: letters and digits only; a whole number read as a decimal loses its point."""
    text = plain(value)
    if text is None:
        return None
    whole = _WHOLE_FLOAT.match(text)
    return (whole.group(1) if whole else _NOT_WORD.sub("", text)) or None


def phone(value: object) -> str | None:
    """Digits of a phone number, without the code of China."""
    digits = _NOT_DIGIT.sub("", code(value) or "").removeprefix("00")
    digits = digits.removeprefix("86") if len(digits) > 11 else digits
    return digits or None


def email(value: object) -> str | None:
    """An e-mail address in small letters; None without its sign."""
    text = plain(value)
    return text if text and "@" in text else None


def day(value: object, *, is_day_first: bool = False) -> str | None:
    """Eight digits, year first, of a date however written; wrong months and days stay for comparison."""
    if isinstance(value, (date, datetime)):
        return f"{value:%Y%m%d}"
    text = plain(value)
    if text is None:
        return None
    whole = _WHOLE_FLOAT.match(text)
    parts = [part for part in _NOT_DIGIT.split(whole.group(1) if whole else text) if part]
    if len(parts) == 1 and len(parts[0]) == _COMPACT:
        return parts[0] if int(parts[0][:4]) in _YEARS else parts[0][4:] + _turned(parts[0], is_day_first)
    if len(parts) < 3:
        return None
    return _from_parts(parts[:3], is_day_first=is_day_first)


def _turned(digits: str, is_day_first: bool) -> str:
    return digits[2:4] + digits[:2] if is_day_first else digits[:4]


def _from_parts(parts: list[str], *, is_day_first: bool) -> str | None:
    if len(parts[0]) == 4:
        year, month, of_month = parts
    else:
        year = parts[2]
        month, of_month = (parts[1], parts[0]) if is_day_first else (parts[0], parts[1])
    text = f"{year:0>4}{month:0>2}{of_month:0>2}"
    return text if len(text) == _COMPACT else None
