"""The fields of records that a column of a file may hold, with their names in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.listen.importers.names import normal_name

MINUTES = "min"
"""The form of a column whose figures are minutes."""


class RecordField(msgspec.Struct, frozen=True, kw_only=True):
    """A field: what people call it, and the names of columns that hold it."""

    zh: str
    en: str
    names: list[str]
    minutes: list[str] = []

    def name(self, language: str) -> str:
        """What people call it, in English or (`zh…`) Chinese."""
        return self.zh if language.startswith("zh") else self.en


@cache
def fields_of(kind: str) -> Mapping[str, RecordField]:
    """The fields of that kind of records, in the order in which a page shows them."""
    text = files("zhiyin.listen.records").joinpath("data/fields.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, dict[str, RecordField]])[kind]


@cache
def field_by_name(kind: str) -> Mapping[str, tuple[str, str, int]]:
    """Field, form and rank (low: more telling) by the folded name of a column."""
    found: dict[str, tuple[str, str, int]] = {}
    for field, about in fields_of(kind).items():
        for rank, name in enumerate([field, about.zh, about.en, *about.names]):
            found.setdefault(normal_name(str(name)), (field, "", rank))
        for rank, name in enumerate(about.minutes):
            found.setdefault(normal_name(str(name)), (field, MINUTES, rank))
    return found


@cache
def words() -> Mapping[str, frozenset[str]]:
    """What cells say for yes, no and the three dimensions."""
    text = files("zhiyin.listen.records").joinpath("data/words.yaml").read_bytes()
    said = msgspec.yaml.decode(text, type=dict[str, list[str]])
    return {meaning: frozenset(map(str, spellings)) for meaning, spellings in said.items()}
