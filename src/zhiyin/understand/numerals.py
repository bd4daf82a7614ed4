"""Numbers in figures and in Chinese or English words, read backwards from a unit."""

from __future__ import annotations

import re

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_ENGLISH = {
    "half": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
# Bounded repetition over one class each: linear, whatever the text.
_NUMBER = re.compile(
    r"(?:(?P<figures>\d{1,6}(?:\.\d{1,2})?)(?: ?[-~到至] ?(?P<upper>\d{1,6}))?"
    r"|(?P<half>半)|(?P<words>[零〇一二两俩三四五六七八九十百千]{1,7}))"
    r"(?P<more>[多几来余]?) ?-?\Z"
)
_ENGLISH_NUMBER = re.compile(
    r"(?:^|[^a-z])(?:(?P<tens>[a-z]{5,6})-)?(?P<word>[a-z]{1,8})(?: an?)?(?P<half> and a half)?[ -]?\Z"
)


def number_before(text: str) -> tuple[float, int] | None:
    """Return the number at the end of `text` and where it begins, or None. Reads at most 24 signs.

    >>> number_before("等了四十")
    (40.0, 2)
    >>> number_before("waited two ")
    (2.0, 7)
    >>> number_before("很多")
    """
    offset = max(len(text) - 24, 0)
    found = _NUMBER.search(text[offset:])
    if found is None:
        return _english_number(text[offset:], offset=offset)
    if found["figures"]:
        value = float(found["upper"] or found["figures"])
    elif found["half"]:
        value = 0.5
    else:
        value = chinese_number(found["words"])
    return value, offset + found.start()


def chinese_number(words: str) -> float:
    """Return the value of Chinese numerals.

    >>> chinese_number("一百二十五"), chinese_number("十五"), chinese_number("三四")
    (125.0, 15.0, 4.0)
    """
    total, digit = 0, 0
    for sign in words:
        power = _POWERS.get(sign)
        if power is None:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * power
            digit = 0
    return float(total + digit)


def _english_number(text: str, *, offset: int) -> tuple[float, int] | None:
    found = _ENGLISH_NUMBER.search(text)
    if found is None or found["word"] not in _ENGLISH:
        return None
    tens = _ENGLISH.get(found["tens"] or "", 0)
    value = tens + _ENGLISH[found["word"]] + (0.5 if found["half"] else 0)
    return float(value), offset + found.start("tens" if tens else "word")
