"""The code book of a survey: what each column asks, read from a small table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.files import open_tables

Role = Literal["outcome", "attribute", "importance", "functional", "dysfunctional", "ignore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBook:
    """Columns by what they ask. `importance`, `functional` and `dysfunctional` by the attribute's name.

    `attributes` gives the name of each attribute by its column, `missing` the numbers that stand for no
    answer by column.
    """

    outcome: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    importance: Mapping[str, str] = field(default_factory=dict)
    functional: Mapping[str, str] = field(default_factory=dict)
    dysfunctional: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, frozenset[float]] = field(default_factory=dict)

    def pairs(self) -> dict[str, tuple[str, str]]:
        """The two columns of each Kano attribute that has both."""
        return {
            name: (column, self.dysfunctional[name])
            for name, column in self.functional.items()
            if name in self.dysfunctional
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    column: str
    role: Role
    attribute: str
    missing: frozenset[float]


def read_code_book(path: Path) -> CodeBook:
    """The code book in a table with the columns `column`, `role` and, as needed, `attribute`, `missing`.

    Roles: outcome, attribute, importance, functional, dysfunctional, ignore; headings and roles may be
    Chinese. `attribute` is the name shown, and joins the questions on one attribute; empty: the column's
    own. `missing`: numbers between semicolons.

    Raises:
        InvalidInput: the file or a line cannot be read; `row` is the line.
    """
    lines = _read_lines(path)
    outcomes = [line.column for line in lines if line.role == "outcome"]
    if len(outcomes) > 1:
        raise InvalidInput(
            "The code book names two outcomes.", next_step="Keep one with the role outcome.", field="role"
        )
    return CodeBook(
        outcome=outcomes[0] if outcomes else "",
        attributes={line.column: line.attribute for line in lines if line.role == "attribute"},
        importance=_columns(lines, role="importance"),
        functional=_columns(lines, role="functional"),
        dysfunctional=_columns(lines, role="dysfunctional"),
        missing={line.column: line.missing for line in lines if line.missing},
    )


def _columns(lines: list[_Line], *, role: Role) -> dict[str, str]:
    return {line.attribute: line.column for line in lines if line.role == role}


@cache
def kano_answers() -> Mapping[str, float]:
    """Words of Kano answers and their number, 1 (like) to 5 (dislike)."""
    return {word.lower(): float(place) for place, words in _words()["kano"].items() for word in words}


def _read_lines(path: Path) -> list[_Line]:
    lines: list[_Line] = []
    with open_tables(path) as tables:
        for table in tables:
            for chunk in table.chunks():
                names = [_known(name, kind="headings") for name in chunk.names]
                for number, row in zip(chunk.lines, chunk.rows, strict=True):
                    lines.append(_line(dict(zip(names, map(as_text, row), strict=False)), number=number))
    return lines


def _line(cells: Mapping[str, str], *, number: int) -> _Line:
    column, role = cells.get("column", ""), _known(cells.get("role", ""), kind="roles")
    if not column or role not in _words()["roles"]:
        known = ", ".join(_words()["roles"])
        raise InvalidInput(
            f"Line {number} of the code book needs a column and a role.",
            next_step=f"Roles: {known}.",
            row=number,
            field="role" if column else "column",
        )
    numbers = [
        as_number(part) for part in cells.get("missing", "").replace("；", ";").split(";") if part.strip()
    ]
    if None in numbers:
        raise InvalidInput(
            f"Line {number} of the code book has a missing code that is no number.",
            next_step="Write numbers between semicolons.",
            row=number,
            field="missing",
        )
    return _Line(
        column=column,
        role=cast(Role, role),
        attribute=cells.get("attribute", "") or column,
        missing=frozenset(one for one in numbers if one is not None),
    )


def _known(word: str, *, kind: str) -> str:
    wanted = word.strip().lower()
    return next((name for name, words in _words()[kind].items() if wanted in (name, *words)), wanted)


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("zhiyin.insight").joinpath("drivers", "code_book.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
