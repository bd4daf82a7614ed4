"""The clauses written and labelled by us, as they ship with the package, and the part that is kept back."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

from zhiyin.understand.contract import Polarity, SentimentLabel

KEPT_BACK_TENTHS = 2
_SIGNS: dict[str, Polarity] = {"+": "positive", "-": "negative", "0": "neutral"}
_TAXONOMIES = {
    "restaurants": "restaurant",
    "takeaway": "restaurant",
    "drinks": "restaurant",
    "hotels": "hotels_sights",
    "banking": "general",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOpinion:
    """An opinion as labelled: its words stand literally in the clause, `term` too or is empty."""

    term: str
    words: str
    polarity: Polarity
    aspect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenClause:
    """A clause or short voice; `polarity` is of the whole, `industry` the name of its file."""

    text: str
    polarity: SentimentLabel
    opinions: tuple[WrittenOpinion, ...]
    note: str
    industry: str


def taxonomy_of(industry: str) -> str:
    """Return the name of the built-in taxonomy by which the industry's clauses are labelled."""
    return _TAXONOMIES.get(industry, industry)


def is_kept_back(text: str) -> bool:
    """Tell whether a text is never learned from: two tenths, by its hash, so that copies stay together."""
    return _number(text) % 10 < KEPT_BACK_TENTHS


def fold_of(text: str, *, n_folds: int) -> int:
    """Return which of the folds a text belongs to, by another part of its hash."""
    return _number(text) // 10 % n_folds


@cache
def read_written() -> tuple[WrittenClause, ...]:
    """Return every written clause, by file and line. About 30 ms, once."""
    folder = resources.files("zhiyin.understand").joinpath("data/written")
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".tsv"))
    return tuple(clause for name in names for clause in _read(name))


def _read(name: str) -> list[WrittenClause]:
    path = resources.files("zhiyin.understand").joinpath(f"data/written/{name}")
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row][1:]
    return [
        WrittenClause(
            text=text,
            polarity=cast(SentimentLabel, polarity),
            opinions=tuple(_opinion(one) for one in opinions.split(";") if one),
            note=note,
            industry=name.removesuffix(".tsv"),
        )
        for text, polarity, opinions, note in rows
    ]


def _opinion(cell: str) -> WrittenOpinion:
    term, words, sign, aspect = cell.split("|")
    return WrittenOpinion(term=term, words=words, polarity=_SIGNS[sign], aspect=aspect)


def _number(text: str) -> int:
    return int(hashlib.sha256(text.strip().encode()).hexdigest()[:8], 16)
