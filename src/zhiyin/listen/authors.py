"""The key by which facts of one author are found again, made from the strongest identity."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.listen.items import AuthorIn, IdentityIn

AUTHOR_PURPOSE = "author"
_NOT_IN_PHONE = re.compile(r"[^0-9]")


class _Kind(msgspec.Struct, frozen=True):
    type: str
    shared: bool


def author_name(author: AuthorIn | None, *, source: str) -> str | None:
    """What the author's blind index is made of; None where nobody is named by an identity.

    A verified identity beats one that is not, then the order of `identities.yaml` decides.
    """
    if author is None or not author.identities:
        return None
    strongest = min(author.identities, key=_rank)
    kind = _kinds().get(strongest.type)
    within = "" if kind is not None and kind[1] else source
    return f"{strongest.type}\0{within}\0{_normal(strongest)}"


def _rank(identity: IdentityIn) -> tuple[bool, int]:
    kinds = _kinds()
    order = kinds[identity.type][0] if identity.type in kinds else len(kinds)
    return (not identity.verified, order)


def _normal(identity: IdentityIn) -> str:
    value = unicodedata.normalize("NFKC", identity.value).strip().casefold()
    if identity.type != "phone":
        return value
    digits = _NOT_IN_PHONE.sub("", value)
    # The same Chinese mobile number is written with and without its country.
    return digits[-11:] if len(digits) > 11 and digits.removeprefix("00").startswith("86") else digits


@cache
def _kinds() -> dict[str, tuple[int, bool]]:
    text = files("zhiyin.listen").joinpath("data/identities.yaml").read_bytes()
    kinds = msgspec.yaml.decode(text, type=list[_Kind])
    return {kind.type: (order, kind.shared) for order, kind in enumerate(kinds)}
