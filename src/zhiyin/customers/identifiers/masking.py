"""How an identifier of each type looks covered: enough to tell two apart, too little to use."""

from __future__ import annotations

import re
import unicodedata

COVER = "****"
_SHOWN_TAIL = 4
_LONGEST_DOMAIN = 60
_CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})", re.ASCII)
_NOT_DIGITS = re.compile(r"[^0-9]")
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z].{3,8}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTS = re.compile(r"[\0\n|]+")
_UPPER_PLACES = re.compile(r"[\u3400-\u9fff]{1,10}?[省市区县州旗]")


def mask_identifier(type: str, value: str) -> str:
    """The value covered, as `138****5678`, `w***@example.com`, `王**`; never longer than 100 signs.

    What is too short to keep four signs uncovered is covered whole. The number of stars tells nothing of
    the length. A type that is not known is treated as a number.
    """
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    mask = _MASKS.get(type, _mask_code)
    return mask(text) if text else COVER


def _mask_phone(value: str) -> str:
    digits = _NOT_DIGITS.sub("", value)
    mobile = _CHINESE_MOBILE.fullmatch(digits)
    if mobile:
        return f"{mobile[1][:3]}{COVER}{mobile[1][-_SHOWN_TAIL:]}"
    if len(digits) < 2 * _SHOWN_TAIL - 1:
        return COVER
    country = f"+{digits[:2]}" if value.startswith("+") else ""
    return f"{country}{COVER}{digits[-_SHOWN_TAIL:]}"


def _mask_email(value: str) -> str:
    name, at, domain = value.rpartition("@")
    if not at or not name or len(domain) > _LONGEST_DOMAIN:
        return COVER
    return f"{name[0]}***@{domain}"


def _mask_code(value: str) -> str:
    """Member numbers, accounts, orders, devices: the last four signs, of short ones less."""
    if len(value) >= 2 * _SHOWN_TAIL:
        return f"{COVER}{value[-_SHOWN_TAIL:]}"
    return f"{COVER}{value[-2:]}" if len(value) > _SHOWN_TAIL else COVER


def _mask_plate(value: str) -> str:
    plate = value.upper()
    return f"{plate[:2]}{COVER}{plate[-2:]}" if _PLATE.fullmatch(plate) else _mask_code(plate)


def _mask_name(value: str) -> str:
    """The family name of a Chinese one, the first letters of any other."""
    if _HAN.match(value):
        return f"{value[0]}**"
    return " ".join(f"{word[0]}***" for word in value.split()[:3])


def _mask_address(value: str) -> str:
    """Down to the district of a Chinese one; nothing of any other, whose house number comes first."""
    places: list[str] = []
    at = 0
    while len(places) < 3 and (place := _UPPER_PLACES.match(value, at)):
        places.append(place[0])
        at = place.end()
    return f"{''.join(places)}{COVER}"


def _mask_day(value: str) -> str:
    """A birthday shows its year."""
    return f"{value[:4]}-**-**" if value[:4].isdecimal() else COVER


def _mask_name_address(value: str) -> str:
    name, *rest = (part.strip() for part in _PARTS.split(value, maxsplit=1))
    covered = _mask_name(name) if name else COVER
    return f"{covered} {_mask_address(rest[0])}" if rest else covered


_MASKS = {
    "phone": _mask_phone,
    "email": _mask_email,
    "plate": _mask_plate,
    "name": _mask_name,
    "address": _mask_address,
    "name_address": _mask_name_address,
    "birthday": _mask_day,
}
