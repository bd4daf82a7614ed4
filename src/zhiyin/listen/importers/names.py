"""What a column's name says about its field: synonyms in Chinese and English from a data file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

_IGNORED = re.compile(r"[\s_\-./\\()\[\]{}:*#'\"“”<>《》·、，,]+")
_REPEATED = re.compile(r"\.\d+$")


@dataclass(frozen=True, slots=True)
class NamedField:
    """A field that a name points to; `confidence` is 1 for a whole name, less for a part of it.

    `rank` is the place of the name in its list: the lower, the more telling.
    """

    field: str
    confidence: float
    rank: int


def normal_name(name: str) -> str:
    """Folded for comparison: NFKC, lower case, without blanks, punctuation, `.1` of repeated names."""
    folded = unicodedata.normalize("NFKC", _REPEATED.sub("", name)).lower()
    return _IGNORED.sub("", folded)


@cache
def _synonyms() -> tuple[dict[str, NamedField], tuple[tuple[str, NamedField], ...]]:
    """Fields by whole name; and by part of a name, longest part first."""
    text = (files("zhiyin.listen.importers") / "data" / "fields.yaml").read_text("utf-8")
    whole: dict[str, NamedField] = {}
    parts: list[tuple[str, NamedField]] = []
    for field, lists in yaml.safe_load(text).items():
        for rank, name in enumerate(lists.get("whole", [])):
            whole.setdefault(normal_name(str(name)), NamedField(field, 1.0, rank))
        for rank, part in enumerate(lists.get("parts", [])):
            parts.append((normal_name(str(part)), NamedField(field, 0.7, rank)))
    parts.sort(key=lambda pair: -len(pair[0]))
    return whole, tuple(parts)


def field_of_name(name: str) -> NamedField | None:
    """The field that a column's name points to, or None."""
    folded = normal_name(name)
    if not folded:
        return None
    whole, parts = _synonyms()
    if folded in whole:
        return whole[folded]
    return next((named for part, named in parts if part in folded), None)
