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
    "仨": 3,
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
_SOME = 0.5
"""What 几 adds behind a ten, in tens: 十几 is about 15."""
_SEVERAL = 3
"""How many tens 几十 are; 几 alone is no number."""
# Bounded repetition over one class each: linear, whatever the text.
_WORDS = "零〇一二两俩三仨四五六七八九十百千"
_NUMBER = re.compile(
    r"(?:(?P<figures>\d{1,6}(?:\.\d{1,2})?)(?P<and_half> ?1/2)?(?: ?[-~到至] ?(?P<upper>\d{1,6}))?"
    rf"|(?P<half>半)|(?P<tens>几十)|(?P<from>[{_WORDS}]{{1,4}})[到至](?P<words_upper>[{_WORDS}]{{1,7}})"
    rf"|(?P<words>[{_WORDS}]{{1,7}}))"
    r"(?P<more>[多几来余]?) ?-?\Z"
)
_ENGLISH_ENDS = frozenset("abcdefghijklmnopqrstuvwxyz -")
_ENGLISH_NUMBER = re.compile(
    r"(?:^|[^a-z])(?:(?P<tens>[a-z]{5,6})[ -])?(?P<word>[a-z]{1,8})(?: an?)?(?P<half> and a half)?[ -]?\Z"
)

# All that `_NUMBER` may hold, so that the search begins where such signs do.
_SIGNS = f"0123456789. /-~到至半几{_WORDS}多来余"


def number_before(text: str) -> tuple[float, int] | None:
    """Return the number at the end of `text` and where it begins, or None. Reads at most 24 signs.

    >>> number_before("等了四十")
    (40.0, 2)
    >>> number_before("waited two ")
    (2.0, 7)
    >>> number_before("很多")
    """
    offset = max(len(text) - 24, 0)
    text = text[offset:]
    begin = len(text.rstrip(_SIGNS))
    if begin and text[begin - 1].isdecimal():
        begin = 0  # the figures of other scripts
    found = _NUMBER.search(text, begin) if begin < len(text) else None
    if found is None:
        return _english_number(text, offset=offset) if text[-1:] in _ENGLISH_ENDS else None
    return _value(found), offset + found.start()


def _value(found: re.Match[str]) -> float:
    """Return the number that was matched; of two the mean (三四十 and 30-40 are 35)."""
    if found["figures"]:
        first = float(found["figures"]) + (_SOME if found["and_half"] else 0)
        return (first + float(found["upper"])) / 2 if found["upper"] else first
    if found["half"]:
        return 0.5
    if found["tens"]:
        return 10.0 * _SEVERAL
    if found["words_upper"]:
        first, last = chinese_number(found["from"]), chinese_number(found["words_upper"])
        # 三到四十: the ten belongs to both.
        return (first * (10 if first < 10 <= last else 1) + last) / 2
    words = found["words"]
    some = _SOME * 10 if found["more"] == "几" and words.endswith("十") else 0
    return chinese_number(words) + some


def read_number(written: str) -> float:
    """Return the value of a number in figures or in Chinese words alone.

    >>> read_number("20"), read_number("二十")
    (20.0, 20.0)
    """
    return float(written) if written.isascii() else chinese_number(written)


def chinese_number(words: str) -> float:
    """Return the value of Chinese numerals.

    >>> chinese_number("一百二十五"), chinese_number("十五"), chinese_number("三四十")
    (125.0, 15.0, 35.0)
    """
    total, digit, is_range = 0.0, 0.0, False
    for place, sign in enumerate(words):
        power = _POWERS.get(sign)
        if power is not None:
            total += (digit or 1) * power
            digit = 0
            continue
        value = _DIGITS[sign]
        # 三四 is three or four, 一三八 is read out digit by digit.
        is_range = bool(digit) and value == digit + 1 and not is_range and place + 2 >= len(words)
        digit = digit + 0.5 if is_range else value
    return total + digit


def _english_number(text: str, *, offset: int) -> tuple[float, int] | None:
    found = _ENGLISH_NUMBER.search(text)
    if found is None or found["word"] not in _ENGLISH:
        return None
    tens = _ENGLISH.get(found["tens"] or "", 0)
    value = tens + _ENGLISH[found["word"]] + (0.5 if found["half"] else 0)
    return float(value), offset + found.start("tens" if tens else "word")
