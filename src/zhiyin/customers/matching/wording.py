"""Words for what was compared and how far it agrees, in English and Chinese."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["zh", "en"]


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def field_name(code: str, *, language: Language) -> str:
    """The name of a kind of field, or of a field's code such as "place_2".

    >>> field_name("place_2", language="en")
    'place 2'
    """
    stem, _, number = code.partition("_")
    name = _words()["fields"][stem][language]
    return f"{name} {number}" if number and number != "1" else name


def level_name(code: str, *, language: Language) -> str:
    """How far two values agree."""
    return _words()["levels"][code][language]


def by_way_of(ids: str, *, language: Language) -> str:
    """That two records are one person by others between them."""
    return _words()["sentences"]["by_way"][language].format(ids)


@cache
def reason(field: str, level: str, bits: float, language: Language) -> str:
    """One reason with its weight in bits: how many times it doubles, or halves, the odds of one person.

    >>> reason("birth_1", "one_sign", 7.2, "en")
    'birth date one character off (+7.2)'
    """
    gap = " " if language == "en" else ""
    name, degree = field_name(field, language=language), level_name(level, language=language)
    return f"{name}{gap}{degree} ({bits:+.1f})" if language == "en" else f"{name}{degree}（{bits:+.1f}）"
