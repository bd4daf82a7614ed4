"""Sorts the traits of a person: identifiers, what stays sealed with the identity, what the lake may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from zhiyin.listen.items import IdentityIn
from zhiyin.listen.tidy import tidy_line

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
JsonObject = Mapping[str, Json]

MAX_TRAITS = 100
_MAX_NAME = 100
_MAX_VALUE = 500
_MAX_SEALED = 200
_UNSAID = str.maketrans("", "", " _-$.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What was told of a person. `sealed` and `open` are by the sender's names; values are text."""

    identities: list[IdentityIn] = field(default_factory=list)
    name: str | None = None
    address: str | None = None
    sealed: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)


class _Names(msgspec.Struct, frozen=True):
    identifiers: dict[str, list[str]]
    name: list[str]
    first_name: list[str]
    last_name: list[str]
    address: list[str]
    private: list[str]
    covered: list[str]
    slips: dict[str, list[str]]


def sort_traits(given: JsonObject) -> Traits:
    """The traits in their places; empty values say nothing. More than `MAX_TRAITS` are left out.

    What a sender vouches for cannot be told by a trait: identifiers count as claimed.
    """
    meanings = _meanings()
    found: dict[str, str] = {}
    identities: list[IdentityIn] = []
    sealed: dict[str, str] = {}
    open_: dict[str, str] = {}
    for name, value in list(given.items())[:MAX_TRAITS]:
        text = _text(value)
        if not text:
            continue
        meaning, type_ = meanings.get(fold_trait(name), ("open", ""))
        if meaning == "identifier":
            identities.append(IdentityIn(type=type_, value=text))
        elif meaning == "private":
            sealed[tidy_line(name)[:_MAX_NAME]] = text[:_MAX_SEALED]
        elif meaning == "open":
            open_[tidy_line(name)[:_MAX_NAME]] = text[:_MAX_VALUE]
        else:
            found.setdefault(meaning, text[:_MAX_SEALED])
    name_ = found.get("name") or _joined(found.get("first_name", ""), found.get("last_name", ""))
    return Traits(
        identities=identities,
        name=name_ or None,
        address=found.get("address"),
        sealed=sealed,
        open={name: value for name, value in open_.items() if name},
    )


@lru_cache(maxsize=10_000)
def is_covered(name: str) -> bool:
    """Whether the value of a property of that name is never kept."""
    return fold_trait(name) in _covered()


@lru_cache(maxsize=10_000)
def slip_part(name: str) -> str:
    """`phone_tail` or `receiver` for a property that tells who receives an order; empty for any other."""
    folded = fold_trait(name)
    return next((part for part, said in _names().slips.items() if folded in said), "")


def fold_trait(name: str) -> str:
    """The name without case and the signs that only part words."""
    return name.casefold().translate(_UNSAID)


def _text(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy_line(value)
    if isinstance(value, dict):  # an address comes in parts
        return " ".join(part for one in value.values() if (part := _text(one)))
    if isinstance(value, list):
        return ", ".join(part for one in value if (part := _text(one)))
    # As JSON writes it, but for `1.0`: a sender's whole number may come as a float.
    return f"{value:.15g}" if isinstance(value, float) else str(value).lower()


def _joined(first: str, last: str) -> str:
    """Chinese names begin with the family's."""
    is_chinese = any("\u3400" <= sign <= "\u9fff" for sign in last + first)
    return last + first if is_chinese else " ".join(part for part in (first, last) if part)


@cache
def _names() -> _Names:
    text = files("zhiyin.customers.events").joinpath("data/traits.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=_Names)


@cache
def _meanings() -> dict[str, tuple[str, str]]:
    names = _names()
    meanings = {name: ("identifier", type_) for type_, said in names.identifiers.items() for name in said}
    for meaning in ("name", "first_name", "last_name", "address", "private"):
        meanings |= dict.fromkeys(getattr(names, meaning), (meaning, ""))
    return meanings


@cache
def _covered() -> frozenset[str]:
    names = _names()
    told = [name for said in names.identifiers.values() for name in said]
    shown = [name for said in names.slips.values() for name in said]
    return frozenset([*told, *names.private, *names.covered, *shown])
