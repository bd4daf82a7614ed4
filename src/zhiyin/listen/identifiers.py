"""Identifiers in their normal form: the same whoever wrote them down; what says nothing names nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from zhiyin.listen.records.order_keys import order_name

MAX_CHARACTERS = 200
MAX_TYPE_CHARACTERS = 32
IdentifierClass = Literal["account", "contact", "thing"]
_Form = Callable[[str], tuple[str, str] | None]
_CLASSES: tuple[IdentifierClass, ...] = ("account", "contact", "thing")

_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_PHONE_SIGNS = re.compile(r"[\s().\-/·]+")
_EMAIL = re.compile(r"[^\s@<>,;\"()]{1,64}@[^\s@<>,;\"()]{1,190}\.[^\s@<>,;\"().]{2,24}")
_PLATE = re.compile(r"[\u4e00-\u9fff]?[a-z0-9]{4,8}[\u4e00-\u9fff]?")
_NOT_WORD = re.compile(r"[\W_]+")
_SHORTEST_ADDRESS = 6
_COUNTRY = "CN"


class IdentifierType(msgspec.Struct, frozen=True):
    """A kind of identifier as `identities.yaml` tells of it."""

    type: str
    class_: IdentifierClass = msgspec.field(name="class")
    shared: bool
    form: str


class Identifier(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An identifier that names somebody. `within` is the source or app that it means anything in, or empty.

    `normal` is what two ways of writing it have in common; `shown` is how it is kept and displayed.
    `rank` orders types, the strongest first.
    """

    type: str
    within: str
    normal: str
    shown: str
    rank: tuple[int, int]

    @property
    def name(self) -> str:
        """What its blind index is made of."""
        return self.normal if self.type == "order" else f"{self.type}\0{self.within}\0{self.normal}"


@lru_cache(maxsize=20_000)
def read_identifier(type: str, value: str, *, source: str) -> Identifier | None:
    """The identifier; None where the value names nobody: empty, a placeholder, masked, or no such thing.

    Never raises, whatever the value.
    """
    code, given_within, form, is_shared = _read_type(type)
    if not code or len(value) > MAX_CHARACTERS:
        return None
    folded = " ".join((value if value.isascii() else unicodedata.normalize("NFKC", value)).split())
    if not folded or not _says_something(folded):
        return None
    found = form(folded)
    if found is None:
        return None
    within = given_within or ("" if is_shared else source)
    return Identifier(type=code, within=within, normal=found[0], shown=found[1], rank=rank_of(code))


@lru_cache(maxsize=1_000)
def _read_type(type: str) -> tuple[str, str, _Form, bool]:
    """Code, what it is within where that is said, form, whether it means the same everywhere."""
    code, _, within = type.partition("@")
    code = code.strip().casefold()
    if len(code) > MAX_TYPE_CHARACTERS:
        code = ""
    kind = identifier_types().get(code)
    form = _FORMS[kind.form if kind else "words"]
    return code, within.strip()[:MAX_CHARACTERS], form, kind is not None and kind.shared


@cache
def identifier_types() -> dict[str, IdentifierType]:
    """Every listed type by its code, the strongest first within its class."""
    text = files("zhiyin.listen").joinpath("data/identities.yaml").read_bytes()
    kinds = msgspec.yaml.decode(text, type=list[IdentifierType])
    return {kind.type: kind for kind in kinds}


@lru_cache(maxsize=1_000)
def rank_of(type: str) -> tuple[int, int]:
    """Class and place within it; an unlisted type is the weakest account."""
    kinds = identifier_types()
    if type not in kinds:
        return (0, len(kinds))
    return (_CLASSES.index(kinds[type].class_), list(kinds).index(type))


def is_thing_type(type: str) -> bool:
    """Whether it names something that a person has, as an order: by itself it is nobody."""
    return rank_of(type)[0] == _CLASSES.index("thing")


class _Placeholders(msgspec.Struct, frozen=True):
    any: list[str]
    phone: list[str]
    email: list[str]
    email_names: list[str]


@cache
def _placeholders() -> dict[str, frozenset[str]]:
    text = files("zhiyin.listen").joinpath("data/placeholders.yaml").read_bytes()
    read = msgspec.yaml.decode(text, type=_Placeholders)
    return {name: frozenset(getattr(read, name)) for name in read.__struct_fields__}


def _says_something(folded: str) -> bool:
    """Whether there is a sign in it that means anything, and no word for nothing; masked values say none."""
    if "*" in folded or "•" in folded or "\ufffd" in folded:
        return False
    bare = (folded if folded.isalnum() else _NOT_WORD.sub("", folded)).casefold()
    if not bare or bare in _placeholders()["any"]:
        return False
    # 00000000, or 1111111111: nobody's number, but for a short one that a company may give.
    is_one_sign = bare.count(bare[0]) == len(bare)
    return not (is_one_sign and (bare[0] == "0" or len(bare) >= 6))


def _is_plain(text: str) -> bool:
    """Whether all signs are letters, digits or ordinary punctuation: no emoji, nothing invisible."""
    if text.isascii() and text.isprintable():
        return "<" not in text and ">" not in text
    return all(unicodedata.category(sign)[0] in "LNPZ" or sign in "+=|~^$`" for sign in text)


def _code(folded: str) -> tuple[str, str] | None:
    return (folded.casefold(), folded) if _is_plain(folded) else None


def _words(folded: str) -> tuple[str, str] | None:
    return folded.casefold(), folded


def _phone(folded: str) -> tuple[str, str] | None:
    digits = folded if folded.isalnum() else _PHONE_SIGNS.sub("", folded)
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        number = mobile[1]
        known = number in _placeholders()["phone"] or number.count(number[3], 3) == len(number) - 3
        return None if known else (number, f"+86{number}")
    return None if digits in _placeholders()["phone"] else _foreign_phone(folded)


def _foreign_phone(folded: str) -> tuple[str, str] | None:
    """Any other number, by the plans of all countries; extensions belong to it."""
    import phonenumbers  # its tables cost a tenth of a second, which Chinese mobiles need not spend

    try:
        number = phonenumbers.parse(folded, _COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if len(set(written[4:])) == 1:
        return None
    full = f"{written};{number.extension}" if number.extension else written
    return full, full


def _email(folded: str) -> tuple[str, str] | None:
    address = folded.removeprefix("mailto:").strip("<> ").casefold()
    if not _EMAIL.fullmatch(address) or not _is_plain(address):
        return None
    if address in _placeholders()["email"] or address.partition("@")[0] in _placeholders()["email_names"]:
        return None
    return address, address


def _order(folded: str) -> tuple[str, str] | None:
    normal = order_name(folded) if _is_plain(folded) else None
    return (normal, folded) if normal else None


def _plate(folded: str) -> tuple[str, str] | None:
    bare = _NOT_WORD.sub("", folded).casefold()
    return (bare, bare.upper()) if _PLATE.fullmatch(bare) else None


def _name_address(folded: str) -> tuple[str, str] | None:
    """`name|address`: both must say something, and the address must tell a house from its neighbours."""
    name, bar, address = folded.partition("|")
    parts = [_NOT_WORD.sub("", part).casefold() for part in (name, address)]
    is_exact = len(parts[1]) >= _SHORTEST_ADDRESS and any(sign.isdigit() for sign in parts[1])
    if not bar or len(parts[0]) < 2 or not is_exact or not _is_plain(folded):
        return None
    if parts[0] in _placeholders()["any"]:
        return None
    return "|".join(parts), folded


_FORMS: dict[str, _Form] = {
    "code": _code,
    "words": _words,
    "phone": _phone,
    "email": _email,
    "order": _order,
    "plate": _plate,
    "name_address": _name_address,
}
