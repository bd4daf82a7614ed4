"""Maps to start from, written for four trades in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from zhiyin.console.numbers import Language
from zhiyin.errors import NotFound
from zhiyin.insight.journeys.document import FORMAT, JourneyDocument

STARTERS = ("tea_shop", "hotel_stay", "telecom", "appliance_service")
"""Codes of the shipped maps, in the order of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """One shipped map as the page offers it."""

    code: str
    document: JourneyDocument

    @property
    def n_touchpoints(self) -> int:
        """How many touchpoints it has."""
        return sum(1 for _ in self.document.touchpoints())


def list_starters(language: Language) -> list[Starter]:
    """The shipped maps in one language."""
    return [Starter(code=code, document=_read(code, language)) for code in STARTERS]


def get_starter(code: str, *, language: Language) -> JourneyDocument:
    """One shipped map.

    Raises:
        NotFound: there is none of that code.
    """
    if code not in STARTERS:
        raise NotFound("There is no such map to start from.")
    return _read(code, language)


@cache
def _read(code: str, language: Language) -> JourneyDocument:
    text = files("zhiyin.insight.journeys.starters").joinpath(f"{code}.yaml").read_text(encoding="utf-8")
    content = _localised(yaml.safe_load(text), language)
    assert isinstance(content, dict)
    return msgspec.convert({"format": FORMAT, "language": language, **content}, type=JourneyDocument)


def _localised(value: object, language: Language) -> object:
    """The value with each pair {zh, en} replaced by the text of the language."""
    if isinstance(value, dict):
        if value.keys() == {"zh", "en"}:
            return value[language]
        return {key: _localised(one, language) for key, one in value.items()}
    if isinstance(value, list):
        return [_localised(one, language) for one in value]
    return value
