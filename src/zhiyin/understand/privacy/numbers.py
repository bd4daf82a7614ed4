"""Numbers that belong to a person: phones, identity cards, bank cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from stdnum import luhn
from stdnum.cn import ric

from zhiyin.understand.privacy.cues import Cue
from zhiyin.understand.privacy.digits import as_digits, find_digit_groups, match_read
from zhiyin.understand.privacy.spans import Found
from zhiyin.understand.text import FoldedBatch

_MIN_DIGITS = 8
_REACH = 40

# 138 0013 8000 in the groupings that people use; any other grouping may be three prices in a row.
_MOBILE = re.compile(
    r"(?<![0-9.])(?:(?:\+|00)?86[) -]{0,2}|0)?(\(1[3-9][0-9]\) ?[0-9]{4}[ -]?[0-9]{4}(?![0-9])|(?:"
    r"1[3-9][0-9]{9}"
    r"|1[3-9][0-9]([ ._*-]{1,2})[0-9]{4}\2[0-9]{4}"
    r"|1[3-9][0-9][ -][0-9]{8}"
    r"|1[3-9][0-9]{5}[ -][0-9]{4}"
    r"|1[3-9][0-9]{2}([ -])[0-9]{3}\3[0-9]{4}"
    r"|1[3-9][0-9]{2}([ -])[0-9]{4}\4[0-9]{3}"
    r"|1[3-9][0-9]-[0-9]{3}-[0-9]{5}"
    r"|1[ ._*-]{1,3}[3-9](?:[ ._*-]{1,3}[0-9]){9}"
    r"))(?![0-9])"
)
_LANDLINE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)86[ -]?)?\(?"
    r"(?:(?:(?<=86)|(?<=86[ -])|0)(?:10|2[0-57-9])\)?[ /–—-]{0,3}(?:[0-9]{8}|[0-9]{4}(?:[ -]| - )[0-9]{4})"
    r"|(?:(?<=86)|(?<=86[ -])|0)[3-9][0-9]{2}\)?[ /–—-]{0,3}(?:[0-9]{7,8}|[0-9]{3,4}[ -][0-9]{4}))"
    r"(?![0-9])(?:(?:-| ?转 ?| ?ext\.? ?)[0-9]{1,5}(?![0-9]))?"
)
_AMERICAN = re.compile(
    r"(?<![0-9])\(?(?![48]00)[2-9][0-9]{2}(?:\) ?|([ .-]))[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9])"
)
_ABROAD = re.compile(r"(?:\+|(?<![0-9])00)(?!86)[1-9][0-9]{0,2}(?:[ ()-]{0,2}[0-9]){6,12}(?![0-9])")
_ID_CARD = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}[ -]?(?:19|20)[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{3}[0-9x](?![0-9a-z])"
)
_BANK_CARD = re.compile(r"(?<![0-9])[34569](?:[ -]?[0-9]){15,18}(?![0-9])")
# So many digits in a row are no price, size or model: they name one order, card or contract.
_LONG_NUMBER = re.compile(r"(?<![0-9.])[0-9]{17,32}(?![0-9])")
_SEPARATORS = re.compile(r"[ ().-]")

_LINK = r"(?:号码|号|是|为|[:;=/#( -]){0,4}"
_LABELLED_PHONE = re.compile(
    _LINK + r"((?!400|800|95[0-9]{3}(?![0-9])|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9](?![0-9]))"
    r"[1-9](?:-?[0-9]){6,12}|[0-9]{4} [0-9]{4})(?![0-9]|\.[0-9]|[元块分年月日%℃])"
)
_LABELLED_ID = re.compile(_LINK + r"([1-9](?:[ -]?[0-9]){13,16}[0-9x])(?![0-9a-z])")
# Passports and passes: one letter or two, then seven or eight digits.
_PASSPORT = re.compile(_LINK + r"([a-z]{1,2}[0-9]{7,8})(?![0-9a-z])")
_LABELLED_CARD = re.compile(_LINK + r"([0-9](?:[ -]?[0-9]){11,20})(?![0-9])")


def find_numbers(batch: FoldedBatch, *, cues: Mapping[str, list[Cue]]) -> Iterator[Found]:
    """Yield phones, identity cards, bank cards (checksum or label) and long numbers, surest kind first."""
    yield from _labelled(batch.joined, cues.get("id_card", ()), pattern=_LABELLED_ID, kind="id_card")
    yield from _labelled(batch.joined, cues.get("passport", ()), pattern=_PASSPORT, kind="id_card")
    groups = find_digit_groups(batch.codes, min_digits=_MIN_DIGITS)
    parts = [part for start, end in groups for part in _readings(batch.joined, start, end)]
    for begin, part in parts:
        yield from _matches(part, begin, pattern=_ID_CARD, kind="id_card")
    yield from _labelled(batch.joined, cues.get("bank_card", ()), pattern=_LABELLED_CARD, kind="bank_card")
    for begin, part in parts:
        yield from _matches(part, begin, pattern=_BANK_CARD, kind="bank_card")
        yield from _matches(part, begin, pattern=_MOBILE, kind="phone")
        yield from _matches(part, begin, pattern=_LANDLINE, kind="landline")
        yield from _matches(part, begin, pattern=_ABROAD, kind="phone")
        yield from _matches(part, begin, pattern=_AMERICAN, kind="phone")
    yield from _labelled(batch.joined, cues.get("phone", ()), pattern=_LABELLED_PHONE, kind="landline")
    for start, end in groups:  # as written: 一 after a number is mostly no digit of it
        yield from _matches(batch.joined[start:end], start, pattern=_LONG_NUMBER, kind="order_number")


def _readings(joined: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The group with what stands around it: as written, and with Chinese digits read as digits."""
    begin = max(0, start - 6)
    part = joined[begin : end + 6]
    yield begin, part
    if (read := as_digits(part)) != part:
        yield begin, read


def _matches(part: str, begin: int, *, pattern: re.Pattern[str], kind: str) -> Iterator[Found]:
    for match in pattern.finditer(part):
        if _is_true(match[0], pattern):
            yield Found(begin + match.start(), begin + match.end(), kind)


def _is_true(written: str, pattern: re.Pattern[str]) -> bool:
    """What the pattern alone cannot tell: checksums, and whether a country has such numbers."""
    if pattern is _ID_CARD:
        compact = _SEPARATORS.sub("", written).upper()
        return bool(ric.calc_check_digit(compact) == compact[-1] and _is_birthday(compact[6:14]))
    if pattern is _BANK_CARD:
        return bool(luhn.is_valid(_SEPARATORS.sub("", written)))
    if pattern is _ABROAD:
        return _is_number_abroad(written)
    return True


def _is_birthday(digits: str) -> bool:
    return "01" <= digits[4:6] <= "12" and "01" <= digits[6:8] <= "31"


def _is_number_abroad(written: str) -> bool:
    import phonenumbers

    plain = written if written.startswith("+") else f"+{written[2:]}"
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(plain)))
    except phonenumbers.NumberParseException:
        return False


def _labelled(
    joined: str, cues: list[Cue] | tuple[()], *, pattern: re.Pattern[str], kind: str
) -> Iterator[Found]:
    for cue in cues:
        match = match_read(pattern, joined[cue.end : cue.end + _REACH])
        if match is not None:
            yield Found(cue.end + match.start(1), cue.end + match.end(1), kind)
