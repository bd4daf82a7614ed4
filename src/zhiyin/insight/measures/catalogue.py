"""The catalogue as data: the words of every measure from `catalogue.toml`, with what recipes allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
from django.utils.translation import get_language

from zhiyin.console.numbers import Language
from zhiyin.errors import NotFound
from zhiyin.insight.measures.contract import Dimension, Measure, MeasureUnit
from zhiyin.insight.measures.facts_sql import OF_OPINIONS, has_dimension
from zhiyin.insight.measures.recipes import RECIPES


class _Both(msgspec.Struct, frozen=True):
    en: str
    zh: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    question: str
    definition: str
    formula: str


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    group: str
    unit: MeasureUnit
    small: str
    source: str
    en: _Words
    zh: _Words
    is_good_up: bool | None = None
    is_relative: bool = False
    beside: tuple[str, ...] = ()


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: Mapping[str, _Both]
    small: Mapping[str, _Both]
    measure: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every measure in both languages, in order."""

    by_language: Mapping[Language, Mapping[str, Measure]]

    def measures(self, language: Language | None) -> tuple[Measure, ...]:
        """All measures; in the active language for None."""
        return tuple(self.by_language[language or _active()].values())

    def get(self, code: str, language: Language | None) -> Measure:
        """As `contract.get_measure`."""
        found = self.by_language[language or _active()].get(code)
        if found is None:
            raise NotFound("There is no such measure.", next_step="See `zhiyin measures` or /v1/measures.")
        return found


@cache
def read_catalogue() -> Catalogue:
    """The catalogue of this version."""
    text = files("zhiyin.insight.measures").joinpath("catalogue.toml").read_text(encoding="utf-8")
    content = msgspec.toml.decode(text, type=_Content)
    return Catalogue(by_language={language: _in(content, language) for language in ("zh", "en")})


def _in(content: _Content, language: Language) -> Mapping[str, Measure]:
    return {one.code: _measure(one, content=content, language=language) for one in content.measure}


def _measure(entry: _Entry, *, content: _Content, language: Language) -> Measure:
    words = entry.zh if language == "zh" else entry.en
    return Measure(
        code=entry.code,
        group=entry.group,
        group_name=content.groups[entry.group].of(language),
        name=words.name,
        question=words.question,
        definition=words.definition,
        formula=words.formula,
        source=entry.source,
        small_samples=content.small[entry.small].of(language),
        unit=entry.unit,
        is_good_up=entry.is_good_up,
        is_change_relative=entry.is_relative,
        dimensions=_dimensions(entry.code),
        beside=entry.beside,
    )


def _dimensions(code: str) -> tuple[Dimension, ...]:
    """What every part of the recipe can be cut by; voices are shared by all aspects."""
    parts = {part.facts for part in RECIPES[code].parts}
    of_opinions = parts & OF_OPINIONS
    return tuple(
        dimension
        for dimension in Dimension
        if all(has_dimension(facts, dimension) for facts in of_opinions or parts)
        and not (code == "excellent_units" and dimension is Dimension.STORE)
    )


def _active() -> Language:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
