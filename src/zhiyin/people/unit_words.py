"""Names of units' kinds and of the columns of their sheets, in both languages."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from zhiyin.people.models.units import fold_name

_FOLDER = Path(__file__).parent
Column = Literal["code", "name", "parent", "kind", "time_zone"]
COLUMNS: tuple[Column, ...] = ("code", "name", "parent", "kind", "time_zone")


def kind_name(kind: str, *, language: str) -> str:
    """The kind as a page says it; a kind of the company's own as it is written."""
    names = _kinds().get(kind)
    return names[_side(language)] if names else kind


def known_kinds(*, language: str) -> dict[str, str]:
    """Name by code of the kinds to choose from; the root's is not among them."""
    return {code: names[_side(language)] for code, names in _kinds().items() if code != "company"}


def kind_code(text: str) -> str:
    """The code of a kind as a sheet names it, in either language; other words stay as they are."""
    wanted = fold_name(text)
    for code, names in _kinds().items():
        if wanted in (code, *map(fold_name, names.values())):
            return code
    return text.strip()


def column_name(column: Column, *, language: str) -> str:
    """The heading under which a sheet holds the column."""
    return _columns()[column][_side(language)]


def find_column(heading: str) -> Column | None:
    """The column that a heading means, in either language."""
    wanted = fold_name(heading.lstrip("\ufeff"))
    for column in COLUMNS:
        names = _columns()[column]
        if wanted in map(fold_name, (column, names["zh"], names["en"], *names["also"].split("|"))):
            return column
    return None


def _side(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"


@cache
def _kinds() -> Mapping[str, dict[str, str]]:
    return {row.pop("code"): row for row in _rows("unit_kinds.tsv")}


@cache
def _columns() -> Mapping[str, dict[str, str]]:
    return {row.pop("field"): row for row in _rows("unit_columns.tsv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
