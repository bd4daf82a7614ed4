"""Names of people taken apart: given, family, their sounds and the names used for one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml

from zhiyin.customers.matching.normal import words
from zhiyin.listen.records.receivers import surname_of

_HAN = re.compile(r"[\u3400-\u9fff]+")
_MIN_COMPOUND = 3
_SURE = 4
_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("f", "h"))


class Name(NamedTuple):
    """A name in its parts; None for what is not told."""

    given: str | None
    family: str | None


class Loose(NamedTuple):
    """Words of a name whose places are not sure yet."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    has_title: bool


@cache
def _titles() -> dict[str, list[str]]:
    text = resources.files(__package__).joinpath("titles.yaml").read_text(encoding="utf-8")
    return {key: [str(word) for word in found] for key, found in yaml.safe_load(text).items()}


@cache
def _title_words() -> frozenset[str]:
    return frozenset(_titles()["titles"])


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Given name to those that are used for it."""
    text = resources.files(__package__).joinpath("nicknames.yaml").read_text(encoding="utf-8")
    together: dict[str, set[str]] = {}
    for group in yaml.safe_load(text):
        first = group[0]
        for other in group[1:]:
            together.setdefault(first, set()).add(other)
            together.setdefault(other, set()).add(first)
    return {name: frozenset(others) for name, others in together.items()}


def loose_name(*, full: object, given: object, family: object) -> Loose:
    """Words of a name from the columns that tell it, without titles."""
    if full is None and (given is not None or family is not None):
        first, _ = _bare(words(given))
        last, has_title = _bare(words(family))
        return Loose(tuple(first), tuple(last), has_title)
    text = words(full)
    if text is None:
        return Loose((), (), False)
    if _HAN.fullmatch(text.replace(" ", "")):
        return _chinese(text.replace(" ", ""))
    is_family_first = "," in str(full)
    found, has_title = _bare(text)
    if is_family_first and len(found) > 1:
        found = [*found[1:], found[0]]
    if len(found) == 1:
        return Loose((), (found[0],), True) if has_title else Loose((found[0],), (), False)
    return Loose(tuple(found[:-1]), tuple(found[-1:]), has_title)


def _bare(text: str | None) -> tuple[list[str], bool]:
    if not text:
        return [], False
    found = text.split(" ")
    titles = _title_words()
    kept = [word for word in found if word not in titles]
    return kept, len(kept) < len(found)


def _chinese(text: str) -> Loose:
    for title in _titles()["chinese"]:
        if text.endswith(title) and len(text) > len(title):
            return Loose((), (text.removesuffix(title),), True)
    family = surname_of(text) if len(text) > 1 else None
    if family is None or (len(family) > 1 and len(text) < _MIN_COMPOUND):
        return Loose((text,), (), False)  # what somebody is called, in one piece
    return Loose((text[len(family) :],), (family,), False)


def settle(names: Sequence[Loose]) -> list[Name]:
    """Given and family name of each, where single words and turned names go where the table has them."""
    as_given = Counter(word for name in names if name.family for word in name.given[:1])
    as_family = Counter(word for name in names if name.given for word in name.family[-1:])
    return [_settled(name, as_given=as_given, as_family=as_family) for name in names]


def _settled(name: Loose, *, as_given: Counter[str], as_family: Counter[str]) -> Name:
    first, last = name.given[0] if name.given else None, name.family[-1] if name.family else None
    if first and last:
        is_turned = as_family[first] > _SURE * (as_given[first] + 1) and as_given[last] > _SURE * (
            as_family[last] + 1
        )
        return Name(last, first) if is_turned else Name(first, last)
    only = first or last
    if only is None:
        return Name(None, None)
    is_family = as_family[only] > as_given[only] if as_family[only] != as_given[only] else last is not None
    return Name(None, only) if is_family else Name(only, None)


def sounds(values: Iterable[str | None]) -> dict[str, str]:
    """How Chinese names sound, with the sounds that are mistaken for one another made one."""
    from pypinyin import lazy_pinyin

    found = {}
    for value in values:
        if value and _HAN.fullmatch(value):
            found[value] = "".join(_common(sound) for sound in lazy_pinyin(value))
    return found


def _common(sound: str) -> str:
    for one, other in _SOUNDS:
        if sound.startswith(one):
            sound = other + sound[len(one) :]
        if sound.endswith(one) and len(one) > 1:
            sound = sound[: -len(one)] + other
    return sound
